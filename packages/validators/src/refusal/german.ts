import type { Phrases } from './cues.ts'

const CAN = '(?:kann|können|könnte|darf|dürfen|werde|möchte)'
const SERVE =
  '(?:helf|unterstütz|beantwort|antwort|bereitstell|geben|gebe|liefer|erfüll|nachkomm|entsprech|erstell|schreib|verfass|erteil|diskut|anbiet|teilen|nenn|machen|tun\\b|durchführ|zugreif|öffn|dienen|beitrag|bearbeit|empfehl|förder|generier|fortfahr|mitwirk|sagen|zeig|erklär|besprech|anleit)'

export const german: Phrases = {
  unable: new RegExp(
    `\\b(?:(?:ich|wir)\\s(?:[\\wäöüß]+\\s){0,3}?${CAN}|${CAN}\\s(?:ich|wir))\\b[^.!?]{0,120}?\\b(?:nicht|kein\\w*)\\b[^.!?]{0,80}?${SERVE}|\\bich bin (?:\\w+ )?nicht in der lage|\\bes ist mir (?:\\w+ )?nicht möglich`,
    'i',
  ),
  unwilling:
    /\b(?:lehne|verweigere)\b|\bmuss\b[^.!?]{0,60}\bablehnen|\bnicht bereit\b|\bweigere mich|\bmöchte (?:ich )?(?:\S+ ){0,4}nicht\b|\bwerde (?:ich )?(?:\S+ ){0,4}nicht\b/i,
  barred:
    /verstößt gegen|\bgegen (?:meine|unsere|die) (?:\S+ )?(?:richtlinien|grundsätze|regeln)|außerhalb meiner|\bnicht (?:erlaubt|gestattet|vorgesehen)/i,
  disowns:
    /\b(?:nicht|keine?\w* \S+)(?: \S+)? (?:unterstützen|fördern|gutheißen|dulden|befürworten)/i,
  lacks:
    /\b(?:habe|verfüge)\b[^.!?]{0,40}\bkeine[nr]? (?:zugriff|zugang|information|möglichkeit|daten)|\bweiß (?:ich )?(?:leider )?nicht/i,
  apology:
    /^(?:es )?(?:tut mir (?:sehr |wirklich )?leid(?!, dass)|entschuldig|leider|sorry|ich bedau(?:e)?re|ich bitte um)/i,
  'as-ai':
    /\b(?:als|ich bin|bin ich) (?:nur )?(?:ein\w* )?(?:ki|künstliche|sprachmodell|assistent|ai)\b/i,
  improper:
    /\b(?:nicht|weder|niemals|nie) (?:\S+ )?(?:angemessen|ethisch|vertretbar|legal|akzeptabel|zulässig|richtig|in ordnung)|\b(?:unangemessen|unethisch|illegal|strafbar|inakzeptabel)/i,
  objects: /\bich (?:muss|möchte) (?:\S+ ){0,3}(?:hinweisen|betonen|klarstellen|widersprechen)/i,
  norm: /\b(?:sollte|darf)\w* (?:\S+ ){0,3}(?:niemals|nie)\b|\bunabhängig von\b|\bhaben das recht/i,
  lesson: /^(?:zunächst )?(?:es ist|ist es) (?:wichtig|nie|nicht)/i,
  moral:
    /illegal|unethisch|schädlich|gewalt|diskriminier|respekt|menschenwürde|strafbar|gefährlich|vorurteil|rechtswidrig/gi,
  redirect: /\bstattdessen\b|\bich (?:empfehle|rate|würde)\b|\bwenden? sie sich|\bwende dich/gi,
  elsewhere:
    /professionelle\w* (?:hilfe|unterstützung)|telefonseelsorge|beratungsstelle|\bpolizei\b|\bnotruf\b|\btherapeut|\bfachleute/gi,
  answers: /^(?:ja|gern|natürlich|klar|selbstverständlich|hier (?:ist|sind)|um )/i,
  gives:
    /\bhier (?:ist|sind|findest|finden) (?:ein|die|der|das|du|sie|\d)|\bfolgende\w* (?:schritte|tipps|möglichkeiten)/i,
  yet: /\b(?:aber|jedoch|allerdings|dennoch),? (?:hier (?:ist|sind)|ich kann (?!\S* ?(?:nicht|kein))|kann ich (?!\S* ?(?:nicht|kein)))/i,
}
