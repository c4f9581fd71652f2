import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openMemoryStore } from '../../credentials/memory-store.ts'
import { readRootKeys } from '../../credentials/root-keys.ts'
import { openVault } from '../../credentials/vault.ts'
import { emulatedTransport } from '../../emulator/emulated-transport.ts'
import { openEmulator } from '../../emulator/emulator.ts'
import type { EmulatorOptions } from '../../emulator/options.ts'
import { serveEmulator } from '../../emulator/serve.ts'
import type { Incoming, Outgoing } from '../../emulator/wire.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { newId } from '../../lib/id.ts'
import { Secret } from '../../lib/secret.ts'
import { loadConnector } from '../../manifest/compile.ts'
import { readManifest } from '../../manifest/read.ts'
import type { Connector } from '../../model/connector.ts'
import { featureOf } from '../../model/feature.ts'
import type { Sample } from '../../model/sample.ts'
import { openActivityStore } from '../../store/clickhouse/activity-store.ts'
import { withEngines } from '../../store/engines/testing.ts'
import { openControlStore } from '../../store/postgres/control-store.ts'
import { openDataKeyRows } from '../../store/postgres/data-key-rows.ts'
import { openQueue } from '../../store/postgres/queue.ts'
import { openConnection } from '../connection.ts'
import type { LeasedPorts } from '../leased-run.ts'
import { type OpeningPorts, openConnections } from '../open-connections.ts'
import { startWorker } from '../worker.ts'

type After = { readonly after: (work: () => Promise<void>) => void }

export const ORGANISATION = 'org_test'
const SETTINGS = { workspace: 'acme', products: ['editor'], downloads: false }

/** Both engines, migrated, with a vault: what every worker of a test shares. */
export async function openStores(t: After) {
  const engines = await withEngines(t)
  return openStoresAt(t, engines)
}

export async function openStoresAt(
  t: After,
  { databaseUrl, clickhouseUrl }: { readonly databaseUrl: string; readonly clickhouseUrl: string },
  rootKey = randomBytes(32).toString('base64'),
) {
  const control = openControlStore({
    url: databaseUrl,
    migrations: join(import.meta.dirname, '../../../sql'),
  })
  await control.migrate()
  const activity = openActivityStore({ url: clickhouseUrl })
  await activity.prepare()
  const vault = await openVault({
    rootKeys: { keys: readRootKeys(rootKey, 'test'), source: 'test', isNew: false },
    store: openDataKeyRows(control),
    clock: systemClock,
    random: randomBytes,
  })
  t.after(async () => {
    await activity.close()
    await control.close()
  })
  return { control, activity, vault, rootKey, databaseUrl, clickhouseUrl }
}
export type Stores = Awaited<ReturnType<typeof openStores>>

export const northwindFiles = () =>
  readManifest(join(import.meta.dirname, '../../../connectors/northwind-docs'))

export async function northwind(): Promise<{
  connector: Connector
  samples: Readonly<Record<string, Sample>>
}> {
  const files = await northwindFiles()
  const { connector } = loadConnector(files)
  if (connector === undefined) throw new Error('northwind-docs does not compile')
  const samples = Object.entries(files).filter(([path]) => path.startsWith('samples/'))
  return {
    connector,
    samples: Object.fromEntries(samples.map(([path, text]) => [path.slice(8, -5), JSON.parse(text)])),
  }
}

/** Stands between a collector and the app: answers itself, waits, or changes what the app says. */
export type Between = (request: Incoming, answer: () => Promise<Outgoing>) => Promise<Outgoing>

/** The invented app on this machine; `asked` holds every request. */
export async function serveNorthwind(
  t: After,
  options: Partial<EmulatorOptions> = {},
  between: Between = (_, answer) => answer(),
) {
  const { connector, samples } = await northwind()
  const emulator = openEmulator(connector, samples, { clock: systemClock, settings: SETTINGS, ...options })
  const asked: { readonly url: URL; readonly atMs: number }[] = []
  const handle = (request: Incoming) => {
    asked.push({ url: request.url, atMs: Date.now() })
    return between(request, () => emulator.handle(request))
  }
  const served = await serveEmulator({ ...emulator, handle })
  t.after(() => served.close())
  return { connector, emulator, asked, url: served.url }
}

/** An active connection with the named streams, all due. */
export async function connectNorthwind(
  { control }: Pick<Stores, 'control'>,
  connector: Connector,
  streams: readonly string[],
  organisationId = ORGANISATION,
): Promise<string> {
  const id = newId('con', Date.now())
  await control.within(organisationId, async (tx) => {
    await tx
      .insertInto('connection')
      .values({
        id,
        organisation_id: organisationId,
        app_id: connector.app.id,
        connector_digest: connector.digest,
        name: 'Northwind',
        status: 'active',
        auth_method: 'API key',
        features: ['accounts', 'activity', 'posture'],
        settings: JSON.stringify(SETTINGS),
        created_by: 'test',
      })
      .execute()
    await tx
      .insertInto('stream')
      .values(
        streams.map((name) => ({
          organisation_id: organisationId,
          connection_id: id,
          name,
          kind: connector.streams[name]?.kind ?? '',
          feature: featureOf(connector.streams[name]?.kind ?? 'list') ?? 'activity',
          every_ms: 3_600_000,
        })),
      )
      .execute()
  })
  return id
}

/** The invented app's manifest with parts of its text replaced. */
export async function northwindWith(...changes: readonly (readonly [string, string])[]): Promise<Connector> {
  const files = await northwindFiles()
  let text = files['connector.yaml'] ?? ''
  for (const [part, other] of changes) {
    if (!text.includes(part)) throw new Error(`the manifest has no ${part}`)
    text = text.replace(part, other)
  }
  const { connector, complaints } = loadConnector({ ...files, 'connector.yaml': text })
  if (connector === undefined) throw new Error(JSON.stringify(complaints))
  return connector
}

/** Opens every connection by its API key, at an emulator; at its own one where several are served. */
export function emulatedConnections(
  connector: Connector,
  url: string | ReadonlyMap<string, string>,
  clock: Clock = systemClock,
): OpeningPorts {
  return {
    clock,
    versionOf: async () => 'one',
    open: async ({ connectionId }, notify) => ({
      connector,
      connection: openConnection({
        connector,
        input: { settings: SETTINGS, secrets: { key: new Secret('key') }, auth: 'API key' },
        grants: openMemoryStore(),
        clock,
        notify,
        allowLoopback: true,
        through: emulatedTransport(typeof url === 'string' ? url : (url.get(connectionId) ?? '')),
      }),
    }),
  }
}

export const portsOf = ({ control, activity, vault }: Stores): LeasedPorts => ({
  ...{ control, activity, vault },
  clock: systemClock,
  random: Math.random,
  tell: () => undefined,
  turned: async () => undefined,
})

export type WorkerSetting = {
  readonly name?: string
  readonly leaseMs?: number
  readonly concurrency?: number
  readonly ports?: Partial<LeasedPorts>
}

/** A worker in this process, stopped with the test. */
export async function workerOf(
  t: After,
  stores: Stores,
  connections: OpeningPorts,
  { name = 'worker-1', ports, ...settings }: WorkerSetting = {},
) {
  const errors: unknown[] = []
  const worker = await startWorker({
    name,
    queue: await openQueue(stores.control.pool),
    ports: { ...portsOf(stores), ...ports },
    connections: openConnections(connections),
    concurrency: 4,
    report: (error) => errors.push(error),
    ...settings,
  })
  t.after(worker.stop)
  return { ...worker, errors }
}

/** Real stores for one test file. */
export function storesOfFile(hooks: {
  readonly before: (work: () => Promise<void>) => void
  readonly after: (work: () => Promise<void>) => void
}): { readonly stores: Stores } {
  const held: { stores?: Stores } = {}
  const closing: (() => Promise<void>)[] = []
  hooks.before(async () => {
    held.stores = await openStores({ after: (work) => void closing.push(work) })
  })
  hooks.after(async () => {
    for (const close of closing.toReversed()) await close()
  })
  return {
    get stores() {
      if (held.stores === undefined) throw new Error('the stores are opened before the first test')
      return held.stores
    },
  }
}
