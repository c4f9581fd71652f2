import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../lib/fault.ts'
import { loadConnector } from '../manifest/compile.ts'
import { readManifest } from '../manifest/read.ts'
import type { Connector } from '../model/connector.ts'

/** The connectors this platform offers. */
export type Catalog = {
  readonly connectors: readonly Connector[]
  /** @throws {Fault} `NOT_FOUND` */
  readonly get: (appId: string) => Connector
}

/**
 * Compiles every connector below a folder, one folder each.
 *
 * @throws {Fault} `MANIFEST_INVALID`: one that does not check is never left out in silence.
 */
export async function openCatalog(folder: string): Promise<Catalog> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const connectors = await Promise.all(names.toSorted().map((name) => compiled(join(folder, name))))
  const byId = new Map(connectors.map((connector) => [connector.app.id, connector]))
  return {
    connectors,
    get: (appId) => {
      const connector = byId.get(appId)
      if (connector === undefined) throw new Fault('NOT_FOUND', `there is no app ${appId}`)
      return connector
    },
  }
}

async function compiled(path: string): Promise<Connector> {
  const { connector, complaints } = loadConnector(await readManifest(path))
  const [first] = complaints.filter(({ level }) => level === 'error')
  if (connector === undefined)
    throw new Fault('MANIFEST_INVALID', `${path}: ${first?.line}:${first?.column} ${first?.message}`)
  return connector
}
