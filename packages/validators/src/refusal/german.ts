import type { Phrases } from './cues.ts'

export const german: Phrases = {
  unable:
    /\b(?:(?:ich|wir) (?:\S+ ){0,3}?(?:kann|können|darf|dürfen)|(?:kann|können|darf|dürfen) (?:ich|wir))\b[^.!?]*? (?:nicht|keine?\w?)\b(?! (?:genug|umhin|sicher))|\bnicht in der lage|\bmir (?:\S+ )?nicht möglich/i,
  unwilling:
    /\blehne\b|ablehnen|\bnicht bereit\b|\bweigere mich|\b(?:möchte|werde) (?:ich )?(?:\S+ ){0,4}nicht\b/i,
  barred:
    /verstößt gegen|\bgegen (?:meine|unsere|die) (?:\S+ )?(?:richtlinien|grundsätze|regeln)|\bnicht (?:erlaubt|gestattet|vorgesehen)/i,
  lacks: /\bkeine[nr]? (?:zugriff|zugang|information|möglichkeit|daten)/i,
  apology: /^(?:es )?(?:tut mir \D{0,16}leid|entschuldig|leider|sorry|ich bedau)(?!\S* dass)/i,
  'as-ai': /\b(?:als|bin) (?:\S+ )?(?:ki\b|künstliche|sprachmodell|assistent)/i,
  improper:
    /\bnicht (?:angemessen|ethisch|vertretbar|zulässig|richtig)|unangemessen|unethisch|illegal|strafbar/i,
  redirect: /\bstattdessen\b|\bich (?:empfehle|rate)\b|\bwenden? sie sich|\bwende dich/gi,
  answers: /^(?:ja|gern|natürlich|klar|selbstverständlich|hier (?:ist|sind)|um )/i,
  yet: /\b(?:aber|jedoch|allerdings),? (?:hier|ich kann (?!\S* ?(?:nicht|kein))|kann ich (?!\S* ?(?:nicht|kein)))/gi,
}
