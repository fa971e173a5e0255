import type { FaultKind } from '@holdfast/core'

/** A sentence for each fault. */
export type Messages = Readonly<Record<FaultKind, string>>

const english = {
  busy: 'The service is busy right now. Please try again in a moment.',
  slow: 'The answer took too long. Please try again.',
  broken: 'Something went wrong on our side. Please try again in a moment.',
  again: 'No usable answer came back. Please try again.',
  operator: 'The service is not available right now. We have been told and are looking into it.',
}
const german = {
  busy: 'Der Dienst ist gerade ausgelastet. Bitte versuchen Sie es gleich noch einmal.',
  slow: 'Die Antwort hat zu lange gedauert. Bitte versuchen Sie es noch einmal.',
  broken: 'Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal.',
  again: 'Es kam keine brauchbare Antwort. Bitte versuchen Sie es noch einmal.',
  operator: 'Der Dienst ist gerade nicht verfügbar. Wir wissen davon und kümmern uns darum.',
}
const spanish = {
  busy: 'El servicio está ocupado en este momento. Inténtelo de nuevo en unos instantes.',
  slow: 'La respuesta ha tardado demasiado. Inténtelo de nuevo.',
  broken: 'Algo ha fallado por nuestra parte. Inténtelo de nuevo en unos instantes.',
  again: 'No se ha recibido una respuesta válida. Inténtelo de nuevo.',
  operator: 'El servicio no está disponible en este momento. Ya lo sabemos y lo estamos revisando.',
}

/** Faults that mean the same to whoever is waiting for an answer. */
const shared = (words: typeof english) => ({
  'rate-limited': words.busy,
  overloaded: words.busy,
  limited: words.busy,
  'circuit-open': words.busy,
  timeout: words.slow,
  'deadline-exceeded': words.slow,
  server: words.broken,
  network: words.broken,
  unknown: words.broken,
  incomplete: words.again,
  empty: words.again,
  truncated: words.again,
  'invalid-output': words.again,
  'quota-exhausted': words.operator,
  auth: words.operator,
  permission: words.operator,
  'model-unavailable': words.operator,
})

/** By language; the keys are ISO 639. */
export const MESSAGES: Readonly<Record<'en' | 'de' | 'es', Messages>> = {
  en: {
    ...shared(english),
    'context-window': 'That is too long. Please shorten it and try again.',
    'invalid-request': 'This request cannot be answered as it is. Please change it and try again.',
    'content-filtered': 'This request was blocked by a safety filter. Please rephrase it.',
    refused: 'The assistant declined to answer this. Please rephrase it.',
    'budget-exhausted': 'The limit for now is reached. Please try again later.',
    aborted: 'The request was cancelled.',
  },
  de: {
    ...shared(german),
    'context-window': 'Das ist zu lang. Bitte kürzen Sie es und versuchen Sie es noch einmal.',
    'invalid-request':
      'Diese Anfrage kann so nicht beantwortet werden. Bitte ändern Sie sie und versuchen Sie es noch einmal.',
    'content-filtered':
      'Diese Anfrage wurde von einem Sicherheitsfilter gestoppt. Bitte formulieren Sie sie anders.',
    refused: 'Der Assistent hat die Antwort abgelehnt. Bitte formulieren Sie die Anfrage anders.',
    'budget-exhausted':
      'Das Limit ist vorerst erreicht. Bitte versuchen Sie es später noch einmal.',
    aborted: 'Die Anfrage wurde abgebrochen.',
  },
  es: {
    ...shared(spanish),
    'context-window': 'Es demasiado largo. Acórtelo e inténtelo de nuevo.',
    'invalid-request':
      'Esta solicitud no se puede responder tal como está. Modifíquela e inténtelo de nuevo.',
    'content-filtered':
      'Un filtro de seguridad ha bloqueado esta solicitud. Formúlela de otra manera.',
    refused: 'El asistente ha rehusado responder. Formule la solicitud de otra manera.',
    'budget-exhausted': 'Se ha alcanzado el límite por ahora. Inténtelo más tarde.',
    aborted: 'La solicitud se ha cancelado.',
  },
}
