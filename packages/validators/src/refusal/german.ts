import type { Phrases } from './cues.ts'

export const german: Phrases = {
  unable:
    /\b(?:(?:ich|wir) (?:\S+ ){0,3}?(?:kann|können|darf|dürfen)|(?:kann|können|darf|dürfen) (?:ich|wir))\b[^.!?,]*? (?:nicht|keine?\w?)\b(?! (?:genug|umhin|sicher))|\bnicht in der lage|\bmir (?:\S+ )?nicht (?:möglich|erlaubt|gestattet)/i,
  unwilling:
    /\blehne\b|ablehnen|\bnicht bereit\b|\bweigere mich|\b(?:möchte|werde) (?:ich )?(?:\S+ ){0,4}nicht\b/i,
  barred: /verstößt gegen|\bgegen (?:meine|unsere|die) (?:\S+ )?(?:richtlinien|grundsätze|regeln)/i,
  apology: /^(?:es )?(?:tut mir \D{0,16}leid|entschuldig|leider|sorry|ich bedau)(?!\S* dass)/i,
  improper:
    /\bnicht (?:angemessen|ethisch|vertretbar|zulässig|richtig|in ordnung)|unangemessen|unethisch|strafbar/i,
  denies: /\b(?:nicht|keine?[mnrs]?)\b/gi,
  preaches:
    /ethisch|moral|illegal|schädlich|diskrimin|würde des|würde der|respekt|gewalt|hass|vorurteil|gleichberecht|privatsphäre|(?:wichtig|entscheidend)(?: ist)?, /gi,
  redirects: /\bstattdessen\b|\bich (?:empfehle|rate)\b|\bwenden? sie sich|\bwende dich/gi,
  answers:
    /^(?:sehr geehrte|liebe|betreff)|\bfiktiv|\bexistiert nicht|\bnicht (?:wirklich|real)|\bhypothetisch|\bunsinnig/gi,
  yet: /\b(?:aber|jedoch|allerdings),? (?:hier|ich kann (?!\S* ?(?:nicht|kein))|kann ich (?!\S* ?(?:nicht|kein)))/gi,
}
