import { createClient } from '@clickhouse/client'
import { Fault } from '../../lib/fault.ts'

type TableRow = { readonly database: string; readonly name: string; readonly settings: string }

const NEEDED = ['fsync_after_insert', 'fsync_part_directory']

/**
 * Refuses tables that would lose acknowledged rows, or become unreadable, when the power fails: each must carry both settings itself,
 * so that it keeps them when it is copied to another server.
 *
 * @throws {Fault} `STORE_UNSAFE` naming the tables.
 */
export async function checkDurableTables(clickhouseUrl: string): Promise<void> {
  const unsafe = await unsafeTables(clickhouseUrl)
  if (unsafe.length > 0)
    throw new Fault(
      'STORE_UNSAFE',
      `${unsafe.join(', ')}: without ${NEEDED.join(' = 1, ')} = 1, acknowledged events are lost in a power failure; ALTER TABLE … MODIFY SETTING`,
    )
}

export async function unsafeTables(clickhouseUrl: string): Promise<readonly string[]> {
  const client = createClient({ url: clickhouseUrl })
  try {
    const answer = await client.query({
      query: `SELECT database, name, engine_full AS settings FROM system.tables
        WHERE engine LIKE '%MergeTree' AND database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA') AND NOT is_temporary`,
      format: 'JSONEachRow',
    })
    const tables = await answer.json<TableRow>()
    return tables
      .filter(({ settings }) => !NEEDED.every((name) => settings.includes(`${name} = 1`)))
      .map(({ database, name }) => `${database}.${name}`)
  } finally {
    await client.close()
  }
}
