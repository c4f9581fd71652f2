import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles } from './generate/files.ts'

const root = join(import.meta.dirname, '..')

// Everything that is made from the sources; `generated.test.ts` holds the checked-in files against them.
write(generatedFiles(root))
// Connectors are checked against the language just written, so what reads it is not loaded before.
const { connectorPages } = await import('./generate/connector-pages.ts')
write(await connectorPages(root))
const { apiFiles } = await import('./generate/api-files.ts')
write(await apiFiles(root))

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    if (readOrNothing(file) === text) continue
    writeFileSync(file, text)
    console.log(`wrote ${path}`)
  }
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
