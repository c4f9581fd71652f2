import { Fault } from '../lib/fault.ts'

/**
 * Unix milliseconds of a time in a request.
 *
 * The shape takes what RFC 3339 allows and JavaScript does not read, such as a leap second.
 * @param where in the request, for the complaint.
 */
export function instant(where: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new Fault('INPUT_INVALID', `${where} is no moment of time`)
  return ms
}
