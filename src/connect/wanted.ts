import { openMemoryStore } from '../credentials/memory-store.ts'
import { chooseMethod } from '../credentials/method.ts'
import { notGranted, requestedScopes, scopesToAsk } from '../credentials/scopes.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput } from '../model/credential.ts'
import { type Feature, featureOf } from '../model/feature.ts'
import type { WantedStream } from '../store/postgres/connection-rows.ts'
import { openConnection } from '../sync/connection.ts'
import type { ConnectPorts } from './ports.ts'

type Chosen = {
  readonly connector: Connector
  readonly input: ConnectionInput
  readonly features: readonly Feature[]
}

/** A chosen feature, and the scopes it cannot work without that were not granted. */
export type Lacking = { readonly feature: Feature; readonly scopes: readonly string[] }

/** Chosen features for which scopes were not granted; none when the app does not say what it granted. */
export function lackingFeatures(
  { connector, input, features }: Chosen,
  granted: readonly string[] | undefined,
): readonly Lacking[] {
  const method = chooseMethod(connector, input.auth)
  if (method.kind !== 'oauth2') return []
  return features
    .map((feature) => ({
      feature,
      scopes: notGranted(scopesToAsk(method.plan, { connector, input, features: [feature] }), granted),
    }))
    .filter(({ scopes }) => scopes.length > 0)
}

/**
 * The streams of a connection, read or delivered. Those of features that were not chosen, and those that lack scopes, are not read.
 *
 * @param granted `undefined` when the app does not say.
 * @throws {Fault} `SETTING_INVALID`, `EGRESS_BLOCKED` when the settings do not make sense to the connector.
 */
export async function wantedStreams(
  { clock, wayTo }: Pick<ConnectPorts, 'clock' | 'wayTo'>,
  { connector, input, features }: Chosen,
  granted?: readonly string[],
): Promise<readonly WantedStream[]> {
  const method = chooseMethod(connector, input.auth)
  const isLacking = (name: string, feature: Feature): boolean => {
    if (method.kind !== 'oauth2') return false
    const scopes = [...requestedScopes(method.plan, [feature]), ...(connector.streams[name]?.scopes ?? [])]
    return notGranted(scopes, granted).length > 0
  }
  const opened = openConnection({
    ...{ connector, input, clock },
    grants: openMemoryStore(),
    notify: () => undefined,
    allowLoopback: wayTo(connector).allowLoopback ?? false,
  })
  try {
    const since = new Date(clock.now())
    return [...opened.streams, ...opened.received].flatMap((name): readonly WantedStream[] => {
      const kind = connector.streams[name]?.kind ?? 'list'
      const feature = featureOf(kind)
      if (feature === undefined) return []
      const is_enabled = features.includes(feature) && !isLacking(name, feature)
      const received_since = opened.received.includes(name) ? since : null
      return [{ name, kind, feature, every_ms: opened.everyMs(name), is_enabled, received_since }]
    })
  } finally {
    await opened.close()
  }
}

/** Whether a person must consent in the app before there is a grant. */
export function needsPerson(connector: Connector, auth: string | undefined): boolean {
  return consentBy(connector, auth) !== undefined
}

/** How a person consents, where one must: sent to the app and back, or by a code typed on another device. */
export function consentBy(connector: Connector, auth: string | undefined): 'redirect' | 'code' | undefined {
  const method = chooseMethod(connector, auth)
  return method.kind === 'oauth2' ? CONSENTS[method.plan.grant] : undefined
}

const CONSENTS: Readonly<Record<string, 'redirect' | 'code'>> = {
  authorization_code: 'redirect',
  device_code: 'code',
}
