import { writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConnectPorts } from '../connect/ports.ts'
import { emulatedTransport, emulatedUrl } from '../emulator/emulated-transport.ts'
import { openEmulator } from '../emulator/emulator.ts'
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
  readonly close: () => Promise<void>
}

const APP = 'northwind-docs'
const FOLDER = fileURLToPath(new URL(`../../connectors/${APP}`, import.meta.url))
/** Enough for a first look; more comes all the time. */
const RECORDS = 1500
const LIVE = { count: 1, perMs: 2_000 } as const

/** @param directory where the app keeps what it granted, so that it is still connected after the next start. */
export async function startDemo(clock: Clock, catalog: Catalog, directory: string): Promise<Demo> {
  const files = await readManifest(FOLDER)
  const connector = catalog.get(APP)
  const emulator = openEmulator(connector, readSamples(connector, files), {
    clock,
    records: RECORDS,
    live: LIVE,
    ledger: await ledgerIn(directory),
  })
  const served = await serveEmulator(emulator)
  return {
    url: served.url,
    wayTo: ({ app }) =>
      app.id === connector.app.id
        ? {
            allowLoopback: true,
            through: emulatedTransport(served.url),
            browserUrl: (url) => emulatedUrl(served.url, url),
          }
        : {},
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
