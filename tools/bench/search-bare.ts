import { type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'
import { fillActivity } from './search-data.ts'
import { QUESTIONS } from './search-questions.ts'

/** chDB in this process and nothing around it: fills the tables, or asks the questions and tells how long each took. */
const [path = '', task, amount] = process.argv.slice(2)
type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>
// Its types come from another build of the same interface.
const connection = createChdbConnection({ path }) as unknown as Connection
const client = createClient({ connection, clickhouse_settings: { async_insert: 0 } })
if (task === 'fill') {
  await fillActivity(client, Number(amount))
  process.send?.([])
} else {
  const took: number[][] = []
  for (const { sql } of QUESTIONS) {
    const times: number[] = []
    for (let round = 0; round <= Number(amount); round++) {
      const startedMs = performance.now()
      for (const { sql: query, params } of sql)
        await (await client.query({ query, query_params: { ...params }, format: 'JSONEachRow' })).json()
      if (round > 0) times.push(performance.now() - startedMs)
    }
    took.push(times)
  }
  process.send?.(took)
}
await client.close()
process.disconnect?.()
