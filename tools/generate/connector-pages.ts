import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadConnector } from '../../src/manifest/compile.ts'
import { readManifest } from '../../src/manifest/read.ts'
import { renderConnectorPage } from './connector-page.ts'
import { GENERATED } from './markdown.ts'

/** A README for each shipped connector, by its path from the root of the checkout. Reads the generated language. */
export async function connectorPages(root: string): Promise<Readonly<Record<string, string>>> {
  const pages = readdirSync(join(root, 'connectors')).map(async (name) => {
    const { connector, complaints } = loadConnector(await readManifest(join(root, 'connectors', name)))
    if (connector === undefined) throw new Error(`connectors/${name}: ${complaints[0]?.message}`)
    return [`connectors/${name}/README.md`, `${GENERATED}\n\n${renderConnectorPage(connector)}`] as const
  })
  return Object.fromEntries(await Promise.all(pages))
}
