import { edge } from './edge.ts'
import type { ProblemTexts } from './problem.ts'

const quota = (quotaId: string): readonly object[] => [
  {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [
      {
        quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
        quotaId,
        quotaDimensions: { location: 'global', model: '{model}' },
      },
    ],
  },
  {
    '@type': 'type.googleapis.com/google.rpc.Help',
    links: [
      {
        description: 'Learn more about Gemini API quotas',
        url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
      },
    ],
  },
]

const because = (reason: string): readonly object[] => [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
  },
]

/** A wait of a minute and the end of the day's quota have the same words; only the quota's id differs. */
const EXCEEDED =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.'

/** The errors of Gemini, as it words them; `type` is its `status`, a name of gRPC. */
export const gemini: ProblemTexts = {
  'rate-limited': {
    status: 429,
    type: 'RESOURCE_EXHAUSTED',
    message: EXCEEDED,
    details: quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'),
  },
  'quota-exhausted': {
    status: 429,
    type: 'RESOURCE_EXHAUSTED',
    message: EXCEEDED,
    details: quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
  },
  'bad-request': {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'Request contains an invalid argument.',
  },
  unauthorized: {
    // Not 401: a wrong key is an invalid argument here.
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'API key not valid. Please pass a valid API key.',
    details: because('API_KEY_INVALID'),
  },
  forbidden: {
    status: 403,
    type: 'PERMISSION_DENIED',
    message: 'Generative Language API has not been used in project chaos before or it is disabled.',
    details: because('SERVICE_DISABLED'),
  },
  'model-not-found': {
    status: 404,
    type: 'NOT_FOUND',
    message:
      'models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
  },
  'too-large': edge(413, 'Request Entity Too Large'),
  unprocessable: {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'The request was well-formed but could not be followed.',
  },
  'context-length': {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message:
      'The input token count ({tokens}) exceeds the maximum number of tokens allowed (131072).',
  },
  blocked: {
    // Seen in an `error-event` only: a blocked prompt is a 200 without candidates (see faults/answers.ts).
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'The prompt was blocked.',
  },
  'server-error': {
    status: 500,
    type: 'INTERNAL',
    message:
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  },
  'bad-gateway': edge(502, 'Bad Gateway'),
  unavailable: {
    status: 503,
    type: 'UNAVAILABLE',
    message: 'The service is currently unavailable.',
  },
  overloaded: {
    status: 503,
    type: 'UNAVAILABLE',
    message: 'The model is overloaded. Please try again later.',
  },
}
