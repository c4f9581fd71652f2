import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Fault } from '../lib/fault.ts'
import type { ManifestFiles } from '../manifest/check.ts'
import { loadConnector } from '../manifest/compile.ts'
import { readManifest } from '../manifest/read.ts'
import type { Connector } from '../model/connector.ts'

/** The connectors this platform offers. Each is compiled when it is first asked for. */
export type Catalog = {
  readonly all: () => readonly Connector[]
  readonly find: (appId: string) => Connector | undefined
  /** @throws {Fault} `NOT_FOUND` */
  readonly get: (appId: string) => Connector
  /**
   * Compiles what is left, until the signal. One takes up to half a second in which nothing else goes on; between two there is time
   * for everybody else.
   *
   * @throws {Fault} `MANIFEST_INVALID`
   */
  readonly warm: (signal: AbortSignal) => Promise<void>
}

const PAUSE_MS = 100

/** Reads every connector below a folder; a connector's folder has the app's id as its name. */
export async function openCatalog(folder: string): Promise<Catalog> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const files = new Map(
    await Promise.all(
      names.toSorted().map(async (name) => [name, await readManifest(join(folder, name), isOwn)] as const),
    ),
  )
  const compiled = new Map<string, Connector>()
  const find = (appId: string): Connector | undefined => {
    const known = compiled.get(appId)
    const source = files.get(appId)
    if (known !== undefined || source === undefined) return known
    const connector = compiledFrom(appId, source)
    compiled.set(appId, connector)
    return connector
  }
  return {
    find,
    all: () => [...files.keys()].flatMap((name) => find(name) ?? []),
    get: (appId) => {
      const connector = find(appId)
      if (connector === undefined) throw new Fault('NOT_FOUND', `there is no app ${appId}`)
      return connector
    },
    warm: async (signal) => {
      for (const name of files.keys()) {
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined)
        if (signal.aborted) return
        find(name)
      }
    },
  }
}

/** Samples are for authors: paths were tried against them when the connector was published. */
const isOwn = (path: string): boolean => !path.startsWith('samples/')

/**
 * Checked and compiled.
 *
 * @throws {Fault} `MANIFEST_INVALID`: one that does not check is never left out in silence.
 */
function compiledFrom(name: string, files: ManifestFiles): Connector {
  const { connector, complaints } = loadConnector(files)
  const [first] = complaints.filter(({ level }) => level === 'error')
  if (connector?.app.id === name) return connector
  const why =
    connector === undefined
      ? `${first?.file}:${first?.line}:${first?.column} ${first?.message}`
      : `app.id is ${connector.app.id}`
  throw new Fault('MANIFEST_INVALID', `${name}: ${why}`)
}
