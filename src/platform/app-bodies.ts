import type { App, AppSummary } from '../api/schema/apps.ts'
import { consentBy } from '../connect/wanted.ts'
import { requestedScopes } from '../credentials/scopes.ts'
import { choosableAuth, inputsOf, kindOf, nameOfAuth } from '../manifest/inputs.ts'
import type { AuthPlan, Connector } from '../model/connector.ts'
import { type Feature, featureOf } from '../model/feature.ts'
import { given } from './stream-bodies.ts'

/** How an app of the catalog looks to the API. */

const sizeOf = (part: object | undefined): number => Object.keys(part ?? {}).length

export function appSummary(connector: Connector, connections: number): AppSummary {
  const { app, streams, checks, detections, actions } = connector
  return {
    id: app.id,
    name: app.name,
    vendor: app.vendor,
    categories: [...(app.categories ?? [])],
    ...(app.summary !== undefined && { description: app.summary }),
    streams: Object.values(streams).filter(({ kind }) => kind !== 'list').length,
    checks: sizeOf(checks),
    detections: sizeOf(detections),
    actions: sizeOf(actions),
    connections,
  }
}

export function appBody(connector: Connector, connections: number): App {
  const { app, connect, streams, digest } = connector
  return {
    ...appSummary(connector, connections),
    digest,
    links: { ...app.links },
    hosts: connect.hosts.map(({ source }) => source),
    features: FEATURES.flatMap((feature) => featureBody(connector, feature)),
    authMethods: choosableAuth(connector).map((auth) => methodBody(connector, auth)),
    streamDetails: Object.entries(streams).flatMap(([name, { kind, every, scopes = [] }]) => {
      const feature = featureOf(kind)
      return feature === undefined ? [] : [{ name, kind, feature, every: every.source, scopes: [...scopes] }]
    }),
  }
}

const FEATURES = ['accounts', 'activity', 'posture', 'respond'] as const
const TITLES: Readonly<Record<Feature, string>> = {
  accounts: 'Accounts, groups, roles and tokens',
  activity: 'Activity for threat protection and investigation',
  posture: 'Security settings for posture management',
  respond: 'Response actions: suspend, revoke and undo',
}

/** A feature the app has something for. */
function featureBody(connector: Connector, name: Feature): App['features'] {
  const streams = Object.entries(connector.streams)
    .filter(([, { kind }]) => featureOf(kind) === name)
    .map(([stream]) => stream)
  const isThere = name === 'respond' ? sizeOf(connector.actions) > 0 : streams.length > 0
  if (!isThere) return []
  const own = choosableAuth(connector).flatMap(({ oauth2 }) => (oauth2 === undefined ? [] : [oauth2]))
  const scopes = own.flatMap((plan) => [
    ...requestedScopes({ ...plan, scopes: { ...plan.scopes, always: [] } }, [name]),
    ...streams.flatMap((stream) => connector.streams[stream]?.scopes ?? []),
  ])
  return [{ name, title: TITLES[name], scopes: [...new Set(scopes)], streams }]
}

function methodBody(connector: Connector, auth: AuthPlan): App['authMethods'][number] {
  const name = nameOfAuth(auth)
  return {
    name,
    kind: kindOf(auth),
    ...given('consent', consentBy(connector, name)),
    inputs: inputsOf(connector, name).map(({ read: _, options, ...input }) => ({
      ...input,
      ...(options !== undefined && { options: options.map((option) => ({ ...option })) }),
    })),
  }
}
