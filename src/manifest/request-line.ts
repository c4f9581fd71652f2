import type { RequestPlan } from '../model/connector.ts'
import type { Template } from '../model/expression.ts'
import { METHODS } from '../model/language/words.ts'

/** A request as one line: `GET /users?per_page&cursor`, with templates as they are written. */
export function requestLine(request: RequestPlan): string {
  const method = METHODS.find((name) => request[name] !== undefined)
  const path: Template | undefined = method && request[method]
  const query = Object.keys(request.query ?? {}).join('&')
  return `${method?.toUpperCase() ?? '?'} ${path?.source ?? ''}${query === '' ? '' : `?${query}`}`
}
