import { isFault } from '../lib/fault.ts'
import { parseJson } from '../lib/json.ts'
import type { Value } from '../model/expression.ts'
import type { Answer } from '../model/transport.ts'

/**
 * The body of a token answer as expressions read it: JSON, else form-encoded pairs, else the text itself. What the
 * Content-Type says is not believed: servers send JSON as text/html, and pairs as JSON.
 *
 * @returns null for an empty body.
 */
export function readBody(answer: Answer): Value {
  const text = new TextDecoder().decode(answer.body).trim()
  if (text === '') return null
  try {
    return parseJson(text)
  } catch (error) {
    if (!isFault(error, 'SOURCE_UNREADABLE')) throw error
    return isPairs(text) ? Object.fromEntries(new URLSearchParams(text)) : text
  }
}

function isPairs(text: string): boolean {
  return /^[\w.%+-]+=[^\s<>{}"]*$/.test(text)
}
