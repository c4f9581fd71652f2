import type { Connector } from '../../model/connector.ts'
import type { Env, Program, Template } from '../../model/expression.ts'
import type { Sample } from '../../model/sample.ts'
import { patternOf } from '../pattern.ts'
import { draftOf } from '../recording.ts'
import { matchAddress } from '../route.ts'
import type { Draft } from '../settle.ts'
import type { Incoming } from '../wire.ts'
import type { Accept } from './accept.ts'
import type { Issued } from './issued.ts'
import type { OAuthPlan } from './methods.ts'

/** One OAuth method of the manifest as an authorization server. */
export type Server = {
  readonly method: number
  readonly plan: OAuthPlan
  readonly appName: string
  readonly scopes: readonly string[]
  readonly issued: Issued
  readonly accept: Accept
  readonly secrets: Readonly<Record<string, string>>
  readonly codes: Map<string, Code>
  readonly devices: Map<string, Device>
  readonly lifetimeMs: number
  readonly env: Env
  readonly model: Draft
}

export type Code = {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly challenge?: string
  readonly expiresAt: number
  /** Set once it was exchanged: a second exchange revokes what the first one gave. */
  family?: string
}

export type Device = {
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly userCode: string
  readonly expiresAt: number
  answer?: 'granted' | 'denied'
  lastAskedMs?: number
}

/** Whether a request goes to the address that a template gives, whatever the settings. */
export function isAt(template: Template | undefined, request: Incoming, suffix = ''): boolean {
  if (template === undefined || !request.url.pathname.endsWith(suffix)) return false
  const url = new URL(request.url)
  url.pathname = url.pathname.slice(0, url.pathname.length - suffix.length)
  return matchAddress({ method: '', address: patternOf(template), slots: [] }, url) !== undefined
}

/** The recorded answer to a POST at this path, to model others on: `samples/connect.json`. */
export function recordedAnswer(sample: Sample | undefined, path: string, fallback: unknown): Draft {
  const exchange = sample?.exchanges.find(
    ({ request }) => request?.method?.toUpperCase() === 'POST' && request.path === path,
  )
  return exchange === undefined ? { status: 200, headers: {}, body: fallback } : draftOf(exchange, undefined)
}

/** Values that requests need and no sample shows: an address on the first declared host, or the name itself. */
export function inventedKeeps(
  { connect }: Connector,
  plan: OAuthPlan,
  settings: Env,
): Record<string, unknown> {
  const [host] = connect.hosts
  const kept = Object.values<Program>(plan.keep ?? {}).flatMap(({ path }) =>
    path?.[0] === 'response' && path[1] === 'body' ? [String(path[2])] : [],
  )
  return Object.fromEntries(
    kept.map((name) => [name, /url/i.test(name) ? `https://${String(host?.evaluate({ settings }))}` : name]),
  )
}
