import { NO_ANSWER } from '@holdfast/core'
import type { Dialect, RequestNeeds } from '@holdfast/core'
import { auto } from '@holdfast/providers'

import { heldOf } from './answered.ts'
import { ofChunks } from './chunk.ts'
import { freeze, thaw } from './frozen.ts'
import type { FetchRequest } from './request.ts'
import { asksForStream, jsonOf, modelInPath, wireOf, withJson, withModelInPath } from './wire.ts'
import type { Protocol } from './wire.ts'

const NO_NEEDS: RequestNeeds = {
  tools: false,
  jsonSchema: false,
  vision: false,
  streaming: false,
  inputTokens: 0,
}

/**
 * How policies read and rewrite HTTP requests and responses: through the dialect of the wire that they speak.
 * Bodies are parsed when somebody asks, and once. What asks no model passes through every change as it is.
 */
export function fetchDialect(protocol: Protocol = 'auto'): Dialect<FetchRequest, Response> {
  /** The same request, its body changed by the wire's own dialect; undefined where that says so. */
  function changed(
    request: FetchRequest,
    change: (wire: Dialect, data: unknown) => unknown,
  ): FetchRequest | undefined {
    const wire = wireOf(request, protocol)
    if (wire === undefined) return undefined
    const data = change(wire, jsonOf(request))
    return data === undefined ? undefined : withJson(request, data)
  }

  return {
    name: 'fetch',
    isRequest: (request) => isFetchRequest(request) && wireOf(request, protocol) !== undefined,
    isResponse: (response) => {
      const held = heldOf(response)
      return held?.data !== undefined && held.dialect?.isResponse(held.data) === true
    },
    read: (response) => {
      const held = heldOf(response)
      return held?.dialect?.read(held.data) ?? NO_ANSWER
    },
    needs: (request) => {
      const needs = wireOf(request, protocol)?.needs(jsonOf(request)) ?? NO_NEEDS
      return asksForStream(request.url) ? { ...needs, streaming: true } : needs
    },
    streams: (request) =>
      asksForStream(request.url) || wireOf(request, protocol)?.streams?.(jsonOf(request)) === true,
    modelOf: (request) => {
      const wire = wireOf(request, protocol)
      return wire && (modelInPath(request.url) ?? wire.modelOf(jsonOf(request)))
    },
    withModel: (request, model) => {
      const url = withModelInPath(request.url, model)
      const named = changed(request, (wire, data) =>
        // Gemini's body has no model, and must get none.
        url === request.url || wire.modelOf(data) !== undefined
          ? wire.withModel(data, model)
          : undefined,
      )
      return { ...(named ?? request), url }
    },
    withMaxTokens: (request, maxTokens) =>
      changed(request, (wire, data) => wire.withMaxTokens(data, maxTokens)) ?? request,
    withMessage: (request, role, text) =>
      changed(request, (wire, data) => wire.withMessage(data, role, text)) ?? request,
    withoutOldestTurn: (request, fits) => {
      const asked = fits && ((shorter: unknown): boolean => fits(withJson(request, shorter)))
      return changed(request, (wire, data) => wire.withoutOldestTurn(data, asked))
    },
    stream: ofChunks((protocol === 'auto' ? auto : protocol).stream ?? SILENT),
    withSchema: (request, schema, name) =>
      changed(request, (wire, data) => wire.withSchema?.(data, schema, name)),
    withContinuation: (request, partial) =>
      changed(request, (wire, data) => wire.withContinuation?.(data, partial)),
    freeze,
    thaw: (frozen) => thaw(frozen, protocol),
  }
}

/** Of a dialect that has no streams. */
const SILENT = { name: 'silent', read: (): void => {} }

const isFetchRequest = (request: unknown): request is FetchRequest =>
  typeof request === 'object' && request !== null && 'url' in request && 'headers' in request
