import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ManifestFiles } from '../files.ts'

const folder = join(import.meta.dirname, '../fixtures/acme')

/** The complete example of the tests. */
export const ACME: ManifestFiles = Object.fromEntries(
  readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => /\.(?:yaml|json)$/.test(name))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
)

/** A change of one file: its first `from` becomes `to`. */
export type Edit = { readonly file?: string; readonly from: string; readonly to: string }

/**
 * The example with changes.
 *
 * @throws {Error} when a text to be replaced is not there: the example has moved on, and the test would prove nothing.
 */
export function edited(...edits: readonly Edit[]): Record<string, string> {
  const files: Record<string, string> = { ...ACME }
  for (const { file = 'connector.yaml', from, to } of edits) {
    const text = files[file] ?? ''
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`)
    files[file] = text.replace(from, () => to)
  }
  return files
}

/** The line and column (both from 1) of the first occurrence of a text. */
export function placeOf(text: string, wanted: string): { readonly line: number; readonly column: number } {
  const at = text.indexOf(wanted)
  if (at === -1) throw new Error(`there is no ${JSON.stringify(wanted)}`)
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
