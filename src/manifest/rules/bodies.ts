import { methodOf, requestsOf } from '../requests.ts'
import { complainKey, type Study } from '../study.ts'

const BODIES = ['json', 'form', 'text'] as const

/** A request has one body at most, and GET has none. */
export function bodies(study: Study): void {
  for (const { path, request } of requestsOf(study.draft)) {
    const given = BODIES.filter((kind) => request[kind] !== undefined)
    for (const kind of given.slice(1))
      complainKey(study, [...path, kind], {
        code: 'FIELD_CONFLICT',
        message: `"${kind}" and "${given[0]}" exclude each other`,
        hint: 'a request has one body',
      })
    if (methodOf(request) === 'get' && given[0] !== undefined)
      complainKey(study, [...path, given[0]], {
        code: 'FIELD_CONFLICT',
        message: 'a GET request has no body',
        hint: 'use post, or query',
      })
  }
}
