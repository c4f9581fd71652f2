import type { StreamPlan } from '../model/connector.ts'
import { fraction } from './random.ts'

/**
 * What can go wrong on the way, by the word that asks for it.
 *
 * `answer`: instead of the answer. `page`: in what the page says. `list`: in the list itself.
 */
export const FAULTS = [
  { name: '429', in: 'answer', about: 'throttled, with Retry-After' },
  { name: '401', in: 'answer', about: 'the access token is no longer accepted' },
  { name: '500', in: 'answer', about: 'an error of the server' },
  { name: 'slow', in: 'answer', about: 'the answer takes 20 seconds' },
  { name: 'truncated', in: 'answer', about: 'the connection breaks in the middle of the body' },
  { name: 'redirect', in: 'answer', about: 'a redirect to a host that is not declared' },
  { name: 'gzip', in: 'answer', about: 'the body is compressed' },
  { name: 'duplicate', in: 'page', about: 'a page comes twice, under another token' },
  { name: 'repeat', in: 'page', about: 'the token of the next page is the one just used, for ever' },
  { name: 'elsewhere', in: 'page', about: 'the address of the next page is on a host that is not declared' },
  { name: 'empty', in: 'page', about: 'a page without records that names a next one' },
  { name: 'schema', in: 'page', about: 'the field that holds the key has another name' },
  {
    name: 'late',
    in: 'list',
    about: 'one record in ten arrives later than the stated lag, as far as the overlap reaches',
  },
] as const

export type FaultName = (typeof FAULTS)[number]['name']

/** When a fault strikes: at these requests for data (1 is the first), or at random. */
export type FaultRule = {
  readonly fault: FaultName
  readonly at?: readonly number[]
  /** 0 to 1; of each request. Without `at` and this: always. */
  readonly probability?: number
  /** Only requests of this stream. */
  readonly stream?: string
}

const isFaultName = (name: string): name is FaultName => FAULTS.some((fault) => fault.name === name)

/** Reads `429`, `429:0.1` (one in ten), `truncated@3` (the third), `401@2/users`; `undefined` when it is none of these. */
export function parseFault(text: string): FaultRule | undefined {
  const {
    name = '',
    probability,
    at,
    stream,
  } = /^(?<name>\w+)(?::(?<probability>0?\.\d+|[01](?:\.0+)?))?(?:@(?<at>\d+(?:,\d+)*))?(?:\/(?<stream>[\w-]+))?$/.exec(
    text,
  )?.groups ?? {}
  if (!isFaultName(name)) return undefined
  return {
    fault: name,
    ...(probability !== undefined && { probability: Number(probability) }),
    ...(at !== undefined && { at: at.split(',').map(Number) }),
    ...(stream !== undefined && { stream }),
  }
}

/** The faults that strike the request with this number. */
export function strikes(
  rules: readonly FaultRule[],
  { seed, count, stream }: { readonly seed: string; readonly count: number; readonly stream: string },
): ReadonlySet<FaultName> {
  const hit = rules.filter((rule, index) => {
    if (rule.stream !== undefined && rule.stream !== stream) return false
    if (rule.at !== undefined) return rule.at.includes(count)
    return rule.probability === undefined || fraction(seed, 'fault', index, count) < rule.probability
  })
  return new Set(hit.map(({ fault }) => fault))
}

/** How much later than the stated lag a record arrives: for one in ten, nearly as much as the collector reaches back. */
export function lateMs(rules: readonly FaultRule[], plan: StreamPlan, serial: number): number {
  const isLate = rules.some(({ fault }) => fault === 'late') && fraction('late', serial) < 0.1
  return isLate ? Math.floor((plan.window?.overlap ?? 0) * 0.8) : 0
}
