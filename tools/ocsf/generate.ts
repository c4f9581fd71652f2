/**
 * Writes the generated files of `src/ocsf` and the glossary of actions.
 *
 *     node tools/ocsf/generate.ts                     from the pinned sources
 *     node tools/ocsf/generate.ts <schema folder>     pins a checkout of ocsf/ocsf-schema first
 */
import { writeFileSync } from 'node:fs'
import { compactTables } from './compact.ts'
import { compileSchema } from './compile.ts'
import { PINNED_SCHEMA, packSchema, readPinnedSchema, readSchemaFolder } from './schema-files.ts'

/** What is checked in, by path relative to the repository's root. */
export function generatedFiles(): Record<string, string> {
  const schema = compileSchema(readPinnedSchema())
  return { 'src/ocsf/tables.generated.json': compactTables(schema) }
}

if (import.meta.main) {
  const folder = process.argv[2]
  if (folder !== undefined) writeFileSync(PINNED_SCHEMA, packSchema(readSchemaFolder(folder)))
  for (const [path, text] of Object.entries(generatedFiles()))
    writeFileSync(new URL(`../../${path}`, import.meta.url), text)
}
