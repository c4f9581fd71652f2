import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { SchemaFiles } from './sources.ts'

/** The release's sources, unmodified, as one gzipped JSON object of path to content. */
export const PINNED_SCHEMA = new URL('pinned/schema.json.gz', import.meta.url)

export function readPinnedSchema(): SchemaFiles {
  return JSON.parse(gunzipSync(readFileSync(PINNED_SCHEMA)).toString()) as SchemaFiles
}

/** Reads a checkout of `ocsf/ocsf-schema`; what only validates the schema itself (`metaschema`) is left out. */
export function readSchemaFolder(root: string): SchemaFiles {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.json') && !/^(metaschema|\.)/.test(path))
    .sort()
  return Object.fromEntries(paths.map((path) => [path, JSON.parse(readFileSync(`${root}/${path}`, 'utf8'))]))
}

/** The bytes of `PINNED_SCHEMA`: equal for equal files, on every machine. */
export function packSchema(files: SchemaFiles): Buffer {
  return gzipSync(JSON.stringify(files), { level: 9 })
}
