import { createClient } from '@clickhouse/client'

/** The limit of `ingest`: nothing but fetch, JSON.parse and an INSERT of what came, as durable as ours. */
const [port, url, round] = process.argv.slice(2)
const client = createClient(url === undefined ? {} : { url })
const table = `plain_${round}`
await client.command({
  query: `create table ${table} (id String, created_at DateTime64(3), action LowCardinality(String), record String codec(ZSTD(3)))
    engine = MergeTree order by created_at settings fsync_after_insert = 1, fsync_part_directory = 1`,
})
type Entry = { readonly id: string; readonly created_at: number; readonly action: string }
const startedMs = performance.now()
for (let next: string | null = '0'; next !== null; ) {
  const response: Response = await fetch(`http://127.0.0.1:${port}/~host/api.acme.example/audit?page=${next}`)
  const body = JSON.parse(await response.text()) as { entries: Entry[]; next: string | null }
  await client.insert({
    table,
    values: body.entries.map((entry) => [entry.id, entry.created_at, entry.action, JSON.stringify(entry)]),
    format: 'JSONCompactEachRow',
  })
  next = body.next
}
const ms = performance.now() - startedMs
const counted = await client.query({ query: `select count() as n from ${table}`, format: 'JSONEachRow' })
process.send?.({ events: Number((await counted.json<{ n: string }>())[0]?.n), ms })
await client.close()
process.disconnect?.()
