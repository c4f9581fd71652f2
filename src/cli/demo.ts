import { fileURLToPath } from 'node:url'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { emulatedTransport } from '../emulator/emulated-transport.ts'
import { openEmulator } from '../emulator/emulator.ts'
import { serveEmulator } from '../emulator/serve.ts'
import { Secret } from '../lib/secret.ts'
import type { Position } from '../model/collection.ts'
import { type Connection, openConnection } from '../sync/connection.ts'
import { describeFault, runConnection } from '../sync/run-connection.ts'
import { readConnector, readSamples } from './load.ts'
import { openOutput } from './output.ts'
import { renderEvent } from './pretty.ts'
import { openStyle, type Style } from './style.ts'
import type { Io, Verb } from './verb.ts'

const CONNECTOR = fileURLToPath(new URL('../../connectors/northwind-docs', import.meta.url))
/** Often enough to watch; a customer's connection uses what the manifest says. */
const EVERY_MS = 2000
const ACTIVITY = ['audit', 'sign_ins', 'downloads']

export const verb: Verb = {
  name: 'demo',
  summary: 'Starts the invented app Northwind Docs on this machine and collects from it, live.',
  usage: '',
  paths: [0, 0],
  options: {
    once: { type: 'boolean', about: 'Ends after the first complete collection.' },
  },
  examples: ['npm start'],
  run: async (args, io) => {
    const { connector, files } = await readConnector(CONNECTOR, io)
    const style = openStyle(io.hasColor)
    const emulator = openEmulator(connector, readSamples(files), {
      clock: io.clock,
      records: 60,
      live: { count: 2, perMs: 1000 },
    })
    const served = await serveEmulator(emulator)
    io.stdout.write(introduction(served.url, style))
    const connection = openConnection({
      connector,
      input: {
        settings: { workspace: 'acme', products: ['editor', 'drive', 'admin'], downloads: true },
        secrets: { user: new Secret('fairlead@acme.example'), password: new Secret('demo') },
        auth: 'Service account',
      },
      grants: openMemoryStore(),
      clock: io.clock,
      notify: () => undefined,
      allowLoopback: true,
      through: emulatedTransport(served.url),
    })
    try {
      const failed = await watch(connection, { io, style, isOnce: args.flag('once') })
      return failed.length === 0 ? 0 : 1
    } finally {
      await connection.close()
      await served.close()
    }
  },
}

function introduction(url: string, style: Style): string {
  return [
    `${style.bold('Northwind Docs')} lives at ${url}, an app made from connectors/northwind-docs alone.`,
    'Fairlead signs in as its service account, reads its accounts and settings, and then its activity as it happens.',
    `Each line below is one OCSF event; ${style.bold('ctrl-C')} ends it. The same as NDJSON: bin/fairlead run (see README).`,
    '',
    '',
  ].join('\n')
}

type Watching = { readonly io: Io; readonly style: Style; readonly isOnce: boolean }

async function watch(connection: Connection, { io, style, isOnce }: Watching): Promise<readonly string[]> {
  const output = openOutput(io.stdout)
  const positions = new Map<string, Position>()
  const counts = new Map<string, number>()
  const shared = {
    connection,
    clock: io.clock,
    signal: io.signal,
    positionsOf: (stream: string) => ({
      read: async () => positions.get(stream),
      save: async (position: Position) => void positions.set(stream, position),
    }),
    onState: (stream: string, _: unknown, fault?: Parameters<typeof describeFault>[0]) =>
      void (fault && io.stderr.write(`${stream}: ${describeFault(fault)}\n`)),
  }
  const inventory = connection.streams.filter(
    (stream) => !ACTIVITY.includes(stream) && stream !== 'space_policies',
  )
  const failed = await runConnection({
    ...shared,
    streams: inventory,
    write: async ({ events }, { stream }) =>
      void counts.set(stream, (counts.get(stream) ?? 0) + events.length),
  })
  await output.write(
    `${[...counts].map(([stream, count]) => `${count} ${stream.replaceAll('_', ' ')}`).join(', ')}\n\n`,
  )
  const shown = new Set<string>()
  await runConnection({
    ...shared,
    streams: connection.streams.filter((stream) => ACTIVITY.includes(stream)),
    write: async ({ events }) => {
      const fresh = events.filter((event) => isFresh(shown, event['metadata']))
      await output.writeAll(fresh.values().map((event) => `${renderEvent(event, style)}\n`))
    },
    ...(isOnce ? {} : { everyMs: () => EVERY_MS }),
  })
  return failed
}

const MOST_REMEMBERED = 20_000

/** Windows overlap, so events come again; a store would know them by their id, and so does this. */
function isFresh(shown: Set<string>, metadata: unknown): boolean {
  const uid = String((metadata as { readonly uid?: unknown } | undefined)?.uid)
  if (shown.has(uid)) return false
  if (shown.size >= MOST_REMEMBERED) shown.clear()
  shown.add(uid)
  return true
}
