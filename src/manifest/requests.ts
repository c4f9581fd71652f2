import { METHODS } from '../model/language/words.ts'
import { type Draft, entriesOf, itemsOf, type RequestDraft } from './draft.ts'
import type { Path } from './path.ts'

export type Method = (typeof METHODS)[number]

/** A request of the manifest and where it stands. */
export type PlacedRequest = { readonly path: Path; readonly request: RequestDraft }

/** Every request that a manifest can send, in its order. */
export function requestsOf(draft: Draft): readonly PlacedRequest[] {
  const found: PlacedRequest[] = []
  const add = (path: Path, request: RequestDraft | undefined) => {
    if (request !== undefined) found.push({ path, request })
  }
  for (const [i, { login }] of itemsOf(draft.connect?.auth))
    add(['connect', 'auth', i, 'login', 'request'], login?.request as RequestDraft | undefined)
  add(['connect', 'check', 'request'], draft.connect?.check?.request)
  for (const [name, stream] of entriesOf(draft.streams)) {
    add(['streams', name, 'before', 'request'], stream.before?.request)
    add(['streams', name, 'request'], stream.request)
  }
  for (const [name, action] of entriesOf(draft.actions)) {
    add(['actions', name, 'request'], action.request)
    add(['actions', name, 'verify', 'request'], action.verify?.request)
  }
  return found
}

export function methodOf(request: RequestDraft): Method | undefined {
  return METHODS.find((method) => request[method] !== undefined)
}
