import { createHash, randomBytes } from 'node:crypto'
import { readRootKeys } from '../../credentials/root-keys.ts'
import { type OpenedVault, openVault } from '../../credentials/vault.ts'
import { openAuditTrail } from '../../identity/audit-trail.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { Secret } from '../../lib/secret.ts'
import type { Connector } from '../../model/connector.ts'
import { type TestEngines, withEngines } from '../../store/engines/testing.ts'
import { type ConnectionRow, readConnection } from '../../store/postgres/connection-rows.ts'
import { type ControlStore, openControlStore } from '../../store/postgres/control-store.ts'
import { openDataKeyRows } from '../../store/postgres/data-key-rows.ts'
import type { ConnectPorts, Session, Way } from '../ports.ts'

export const ROOT_KEY = Buffer.alloc(32, 7).toString('base64')
export const PUBLIC_URL = 'https://fairlead.example'

export type World = {
  readonly engines: TestEngines
  readonly control: ControlStore
  readonly vault: OpenedVault
}

/** A real database with our tables and a vault over it, gone when the file ends. */
export async function openWorld(t: { readonly after: (work: () => Promise<void>) => void }): Promise<World> {
  const engines = await withEngines(t, { only: 'postgres' })
  const control = openControlStore({ url: engines.databaseUrl, migrations: 'sql' })
  t.after(control.close)
  await control.migrate()
  return { engines, control, vault: await vaultOver(control, systemClock) }
}

export function vaultOver(control: ControlStore, clock: Clock): Promise<OpenedVault> {
  const rootKeys = { keys: readRootKeys(ROOT_KEY, 'test'), source: 'test', isNew: false }
  return openVault({ rootKeys, store: openDataKeyRows(control), clock, random: randomBytes })
}

type Parts = {
  readonly connectors: readonly Connector[]
  readonly clock?: Clock
  readonly way?: Way
}

/** Ports over a world; the first of two connectors of one app is the newest. */
export function portsOf({ control, vault }: World, parts: Parts): ConnectPorts {
  const { connectors, clock = systemClock, way = {} } = parts
  return {
    ...{ control, vault, clock },
    publicUrl: PUBLIC_URL,
    connectors: {
      newest: (appId) => connectors.find(({ app }) => app.id === appId),
      ofVersion: (appId, digest) =>
        connectors.find((connector) => connector.app.id === appId && connector.digest === digest),
    },
    wayTo: () => way,
    audit: openAuditTrail(control, clock).record,
  }
}

/** A person of an organisation, in a browser of their own. */
export function sessionOf(organisationId: string, userId: string, browser = 'one'): Session {
  return {
    organisationId,
    actor: { kind: 'user', id: userId, name: userId },
    sessionHash: createHash('sha256').update(`${userId} ${browser}`).digest(),
  }
}

export function secretsOf(texts: Readonly<Record<string, string>>): Readonly<Record<string, Secret>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)]))
}

export async function rowOf(
  { control }: Pick<World, 'control'>,
  organisationId: string,
  id: string,
): Promise<ConnectionRow> {
  const row = await control.within(organisationId, (tx) => readConnection(tx, id))
  if (row === undefined) throw new Error(`there is no ${id}`)
  return row
}

/** What the trail says of an organisation, oldest first. */
export async function trailOf(
  { control }: Pick<World, 'control'>,
  organisationId: string,
): Promise<readonly string[]> {
  const rows = await control.within(organisationId, (tx) =>
    tx.selectFrom('audit_entry').select(['action', 'detail', 'actor']).orderBy('number').execute(),
  )
  return rows.map(({ action, detail, actor }) => {
    const code = detail['code'] === undefined ? '' : ` ${detail['code']}`
    return `${actor['id']} ${action}${code}`
  })
}
