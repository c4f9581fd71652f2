import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles } from './generate/files.ts'

const root = join(import.meta.dirname, '..')

/** Writes everything that is made from the sources; `generated.test.ts` holds the checked-in files against them. */
for (const [path, text] of Object.entries(generatedFiles(root))) {
  const file = join(root, path)
  if (readOrNothing(file) === text) continue
  writeFileSync(file, text)
  console.log(`wrote ${path}`)
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
