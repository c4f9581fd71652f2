import { writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConnectPorts } from '../connect/ports.ts'
import { emulatedTransport, emulatedUrl } from '../emulator/emulated-transport.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { serveEmulator } from '../emulator/serve.ts'
import type { Clock } from '../lib/clock.ts'
import { readManifest } from '../manifest/read.ts'
import { readSamples } from '../manifest/samples.ts'
import type { Catalog } from './catalog.ts'

/** The invented app, alive on this machine, with a consent page of its own. */
export type Demo = {
  readonly url: string
  /** Leads connections of the invented app to it; every other app is reached by the open network. */
  readonly wayTo: ConnectPorts['wayTo']
  /** Makes the app, which its first request would otherwise wait for. */
  readonly warm: () => Promise<unknown>
  readonly close: () => Promise<void>
}

const APP = 'northwind-docs'
const FOLDER = fileURLToPath(new URL(`../../connectors/${APP}`, import.meta.url))
/** Enough for a first look; more comes all the time. */
const RECORDS = 1500
const LIVE = { count: 1, perMs: 2_000 } as const

/**
 * Its address is there at once, the app behind it when it is first asked for something.
 *
 * @param directory where the app keeps what it granted, so that it is still connected after the next start.
 */
export async function startDemo(clock: Clock, catalog: Catalog, directory: string): Promise<Demo> {
  const ledger = await ledgerIn(directory)
  const open = async (): Promise<Emulator> => {
    const { openEmulator } = await import('../emulator/emulator.ts')
    const files = await readManifest(FOLDER)
    const connector = catalog.get(APP)
    const samples = readSamples(connector, files)
    return openEmulator(connector, samples, { clock, records: RECORDS, live: LIVE, ledger })
  }
  let opening: Promise<Emulator> | undefined
  const emulator = (): Promise<Emulator> => {
    opening ??= open()
    return opening
  }
  const served = await serveEmulator({ handle: async (request) => (await emulator()).handle(request) })
  return {
    url: served.url,
    wayTo: ({ app }) =>
      app.id === APP
        ? {
            allowLoopback: true,
            through: emulatedTransport(served.url),
            browserUrl: (url) => emulatedUrl(served.url, url),
          }
        : {},
    warm: emulator,
    close: served.close,
  }
}

async function ledgerIn(directory: string) {
  await mkdir(directory, { recursive: true })
  const path = join(directory, 'demo-grants.json')
  return {
    kept: await readFile(path, 'utf8').catch(() => undefined),
    keep: (text: string) => writeFileSync(path, text, { mode: 0o600 }),
  }
}
