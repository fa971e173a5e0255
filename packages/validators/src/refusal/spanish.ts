import type { Phrases } from './cues.ts'

const SERVE =
  '(?:ayud|proporcion|ofrec|dar|respond|cumpl|asist|brind|compart|crear|escrib|redact|gener|hacer|facilit|continu|particip|promov|apoy|discut|hablar|complac|atend|proced|recomend|acced|realiz|suger|inclu|decir|explic|contest|satisfac)'

export const spanish: Phrases = {
  unable: new RegExp(
    `\\bno (?:te |le |les |os |me )?(?:puedo|podemos|podré|podría|es posible|soy capaz de|estoy en condiciones de)(?:[ ,]+[\\wáéíóúñ]+){0,4}?[ ,]+${SERVE}|\\bno (?:puedo|podemos)(?: hacer(?:lo| eso| esto))?[.!]`,
    'i',
  ),
  unwilling:
    /\bno (?:voy a|quiero|deseo|debo|me siento c[óo]mod|estoy dispuest)|\b(?:debo|tengo que) (?:rechazar|declinar|negarme)|\bme niego|\bprefiero no|\brechazo\b/i,
  barred:
    /\b(?:va|van|ir[íi]a) (?:en )?contra|\binfring|\bviola (?:mis|nuestras|las)|\bfuera de mi alcance|\bno (?:est[áa]|es) (?:permitid|algo (?:en |con )?(?:lo )?que pued)/i,
  disowns: /\bno (?:apoyo|apruebo|promuevo|fomento|tolero)|\bni (?:promover|apoyar|fomentar)/i,
  lacks:
    /\bno (?:tengo|dispongo de|cuento con) (?:acceso|informaci|la capacidad|datos|permiso)|\bno sé\b/i,
  apology:
    /^(?:lo siento|lo lamento|lamento|perd[óo]n|disculp|me disculpo|desafortunadamente|lamentablemente)(?!\S* (?:que|mucho que))/i,
  'as-ai': /\b(?:como|soy) (?:solo )?(?:un |una )?(?:ia|inteligencia|modelo de|asistente)\b/i,
  improper:
    /\bno (?:es|ser[íi]a|est[áa]) (?:\S+ (?:ni |o )?)?(?:apropiad|[ée]tic|aceptable|legal|adecuad|correct|segur|bien)|inapropiad|poco [ée]tic|\bilegal|inmoral/i,
  objects:
    /\b(?:debo|tengo que) (?:\S+ )?(?:aclarar|señalar|recordar|informar|advertir|enfatizar)/i,
  norm: /\b(?:nunca|jam[áa]s) (?:es|debe|est[áa])|\bindependientemente de|\bsin importar\b|\btienen? derecho/i,
  lesson: /^(?:primero,? )?es (?:importante|fundamental|esencial)/i,
  moral: /ilegal|daño|dañin|violen|discrimin|respet|dignidad|peligros|estereotip|[ée]tic/gi,
  redirect:
    /\ben (?:cambio|su lugar|lugar de)|\b(?:te|le|os) (?:sugiero|recomiendo|animo|aconsejo)/gi,
  elsewhere:
    /ayuda profesional|l[íi]nea de (?:ayuda|crisis)|\bautoridades|\bemergencia|\bterapeuta|salud mental/gi,
  answers: /^(?:s[íi]\b|claro|por supuesto|aqu[íi] (?:tiene|est|hay|va)|desde luego|para )/i,
  gives: /\baqu[íi] (?:tiene|hay|est[áa]|van)|\b(?:siguientes|estos) (?:pasos|consejos)/i,
  yet: /\b(?:pero|sin embargo|no obstante),? (?:s[íi] )?(?:aqu[íi]|puedo)/i,
}
