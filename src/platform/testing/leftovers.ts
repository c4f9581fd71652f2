import { readdir } from 'node:fs/promises'
import { createClient } from '@clickhouse/client'
import { sql } from 'kysely'
import type { Platform } from '../open-platform.ts'
import { exportsFolder } from '../options.ts'

/** Rows of every table of both engines that hold one of the words anywhere: `table row`, in order. Tables are found by asking, not listed. */
export async function rowsWith(platform: Platform, words: readonly string[]): Promise<readonly string[]> {
  const control = await controlRows(platform, words)
  const activity = await activityRows(platform, words)
  return [...control, ...activity].toSorted()
}

async function controlRows({ stores }: Platform, words: readonly string[]): Promise<readonly string[]> {
  return stores.control.asPlatform(async (tx) => {
    const { rows: tables } = await sql<{ schema: string; name: string }>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(
      tx,
    )
    const found: string[] = []
    for (const { schema, name } of tables) {
      const { rows } = await sql<{ text: string }>`
        select t::text as text from ${sql.id(schema, name)} t
        where exists (select from unnest(${words}::text[]) word where position(word in t::text) > 0)`.execute(
        tx,
      )
      found.push(...rows.map(({ text }) => `${schema}.${name} ${text}`))
    }
    return found
  })
}

async function activityRows({ stores }: Platform, words: readonly string[]): Promise<readonly string[]> {
  const client = createClient({ url: stores.engines.clickhouseUrl })
  const ask = async <T>(query: string): Promise<readonly T[]> =>
    (await client.query({ query, query_params: { words }, format: 'JSONEachRow' })).json<T>()
  try {
    const tables = await ask<{ name: string; engine: string }>(
      "select name, engine from system.tables where database = currentDatabase() and engine like '%MergeTree'",
    )
    if (tables.length === 0) throw new Error('the activity engine has no tables')
    const found: string[] = []
    for (const { name, engine } of tables) {
      // Rows that take each other away are none, merged yet or not.
      const read = engine === 'MergeTree' ? name : `${name} final`
      const rows = await ask<{ text: string }>(
        `select toString(tuple(*)) as text from ${read} where multiSearchAny(text, {words:Array(String)})`,
      )
      found.push(...rows.map(({ text }) => `${name} ${text}`))
    }
    return found
  } finally {
    await client.close()
  }
}

/** Names of the files of exports. */
export const exportNames = ({ options }: Platform): Promise<readonly string[]> =>
  readdir(exportsFolder(options.directory))

/** Tables of control data with rows of organisations, and how many this one has. */
export function ownRows(
  { stores }: Platform,
  organisationId: string,
): Promise<Readonly<Record<string, number>>> {
  return stores.control.asPlatform(async (tx) => {
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where column_name = 'organisation_id' and table_schema = current_schema()`.execute(tx)
    const counts: Record<string, number> = {}
    for (const { name } of tables) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from ${sql.table(name)} where organisation_id = ${organisationId}`.execute(
        tx,
      )
      counts[name] = rows[0]?.count ?? 0
    }
    return counts
  })
}
