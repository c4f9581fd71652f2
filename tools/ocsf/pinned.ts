import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { CompiledSchema } from './compile.ts'
import { type Digest, digestOf } from './digest.ts'
import type { SchemaFiles } from './sources.ts'

/** The release's sources, unmodified, as one JSON object of path to content. */
const SCHEMA = new URL('pinned/schema.json.gz', import.meta.url)
/** The digest of what the official compiler makes of them. */
const OFFICIAL = new URL('pinned/official-digest.json.gz', import.meta.url)

export const readPinnedSchema = (): SchemaFiles => unpack(SCHEMA) as SchemaFiles
export const readOfficialDigest = (): Digest => unpack(OFFICIAL) as Digest

/**
 * Pins a release.
 *
 * @param folder a checkout of `ocsf/ocsf-schema`; what only validates the schema itself (`metaschema`) is left out.
 * @param official the output of the official `ocsf-schema-compiler` for it, gzipped.
 */
export function pin(folder: string, official: string): void {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.json') && !/^(metaschema|\.)/.test(path))
    .sort()
  pack(SCHEMA, Object.fromEntries(paths.map((path) => [path, parse(readFileSync(`${folder}/${path}`))])))
  pack(OFFICIAL, digestOf(parse(gunzipSync(readFileSync(official))) as CompiledSchema))
}

const parse = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'))
const unpack = (file: URL): unknown => parse(gunzipSync(readFileSync(file)))
const pack = (file: URL, value: unknown): void =>
  writeFileSync(file, gzipSync(JSON.stringify(value), { level: 9 }))
