/**
 * Writes the generated files of `src/ocsf` and `docs/actions.md`.
 *
 *     node tools/ocsf/generate.ts                                        from the pinned release
 *     node tools/ocsf/generate.ts <schema folder> <official.json.gz>     pins another release first
 */
import { writeFileSync } from 'node:fs'
import { compactTables } from './compact.ts'
import { compileSchema } from './compile.ts'
import { patternsFile } from './patterns.ts'
import { pin, readPinnedSchema } from './pinned.ts'
import { typesFile } from './typescript.ts'

/** What is checked in, by path relative to the repository's root. */
export function generatedFiles(): Record<string, string> {
  const schema = compileSchema(readPinnedSchema())
  return {
    'src/ocsf/tables.generated.json': compactTables(schema),
    'src/ocsf/patterns.generated.ts': patternsFile(schema),
    'src/ocsf/types.generated.ts': typesFile(schema),
  }
}

/** Writes them, and then what is rendered from them. */
export async function generateOcsf(): Promise<void> {
  for (const [path, text] of Object.entries(generatedFiles())) write(path, text)
  const { renderActionsReference } = await import('../../src/ocsf/reference.ts')
  write('docs/actions.md', renderActionsReference())
}

const write = (path: string, text: string): void =>
  writeFileSync(new URL(`../../${path}`, import.meta.url), text)

if (import.meta.main) {
  const [folder, official] = process.argv.slice(2)
  if (folder !== undefined && official !== undefined) pin(folder, official)
  await generateOcsf()
}
