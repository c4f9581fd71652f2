import { createHmac } from 'node:crypto'
import type { AuthPlan } from '../../model/connector.ts'
import { type Env, Failure } from '../../model/expression.ts'
import type { Capture } from '../pattern.ts'
import type { Incoming } from '../wire.ts'

type HmacPlan = NonNullable<AuthPlan['hmac']>

/**
 * Whether a request carries the signature that the manifest describes, made with this key.
 *
 * @param captures of the credential: the signature (`token`), and the moment and nonce that were signed where they are sent.
 */
export function isSigned(
  plan: HmacPlan,
  request: Incoming,
  { captures, env }: { readonly captures: readonly Capture[]; readonly env: Env },
): boolean {
  const said = (name: string) =>
    captures.find(({ program }) => program.path?.join('.') === `request.${name}`)?.text
  const parameters = Object.keys(plan.send.query ?? {}).filter((name) => readsToken(plan, name))
  const signed = {
    ...env,
    request: {
      method: request.method,
      host: request.url.host,
      path: request.url.pathname,
      query: sortedQuery(request.url.searchParams, parameters),
      body: request.body,
      timestamp: said('timestamp') ?? '',
      date: said('date') ?? '',
      nonce: said('nonce') ?? '',
    },
  }
  const [over, key] = [plan.over.evaluate(signed), plan.key.evaluate(signed)]
  if (over instanceof Failure || key instanceof Failure) return false
  const bytes = key instanceof Uint8Array ? key : String(key)
  const made = createHmac(plan.hash, bytes).update(String(over)).digest(plan.encoding)
  return captures.some(
    ({ program, text }) => program.reads.some(([name]) => name === 'token') && text === made,
  )
}

function readsToken({ send }: HmacPlan, name: string): boolean {
  return (
    send.query?.[name]?.programs.some((program) => program.reads.some(([root]) => root === 'token')) ?? false
  )
}

function sortedQuery(parameters: URLSearchParams, but: readonly string[]): string {
  return [...parameters]
    .filter(([name]) => !but.includes(name))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&')
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
