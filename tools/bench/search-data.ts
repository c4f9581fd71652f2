import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import type { OcsfEvent } from '../../src/model/event.ts'
import { activityRow, writeEvent } from '../../src/store/clickhouse/activity-row.ts'
import { COLUMNS } from '../../src/store/clickhouse/columns.ts'

/** Where the synthetic activity is, and the needles in it. */
export const HAY = {
  organisationId: 'org-acme',
  connectionId: 'con-docs',
  endMs: Date.UTC(2026, 10, 1),
  days: 90,
  /** In 20 events of 10 million. */
  rareIp: '198.51.100.250',
  actor: 'person-0420@acme.example',
} as const

const SLICE = 500_000

/**
 * Fills the activity tables with events made of the golden ones: 5,000 people, 20,000 addresses, 90 days, one organisation; the
 * engine multiplies them, since making ten million here would take an hour.
 */
export async function fillActivity(client: ClickHouseClient, events: number): Promise<void> {
  const templates = goldenRows()
  await client.command({ query: 'drop table if exists activity_template' })
  await client.command({
    query: `create table activity_template engine = MergeTree order by tuple() settings fsync_after_insert = 1, fsync_part_directory = 1
      as select toUInt32(0) n, ${COLUMNS.join(', ')} from activity limit 0`,
  })
  await client.insert({
    table: 'activity_template',
    columns: ['n', ...COLUMNS],
    values: templates.map((row, n) => [
      n,
      ...row.map((value) => (typeof value === 'bigint' ? value.toString() : value)),
    ]),
    format: 'JSONCompactEachRow',
  })
  for (let from = 0; from < events; from += SLICE)
    await client.command({
      query: multiply(Math.min(SLICE, events - from)),
      query_params: { ...HAY, from, events, templates: templates.length },
      clickhouse_settings: { max_insert_block_size: '500000', min_insert_block_size_bytes: '4000000000' },
    })
  await client.command({ query: 'drop table activity_template' })
}

/** Rows of the golden sign-ins, changes and downloads that have an actor with an address of their own. */
function goldenRows(): ReturnType<typeof activityRow>[] {
  const source = {
    organisationId: HAY.organisationId,
    connectionId: HAY.connectionId,
    appId: 'northwind-docs',
    stream: 'audit',
  }
  return ['sign_ins', 'audit', 'downloads'].flatMap((stream) => {
    const path = `connectors/northwind-docs/golden/${stream}.json`
    const { events } = JSON.parse(readFileSync(path, 'utf8')) as { events: OcsfEvent[] }
    return events
      .map((event, i) => ({ uid: `${stream}:${i}`, event, raw: JSON.stringify(event['unmapped'] ?? {}) }))
      .map((event) =>
        activityRow({ source: { ...source, stream }, batch: 1n, ingestedMs: 0 }, event, writeEvent(event)),
      )
      .filter((row) => row[COLUMNS.indexOf('actor_email')] !== '' && row[COLUMNS.indexOf('ip')] !== '')
  })
}

/** What differs from the template in each synthetic event. */
const CHANGED: Readonly<Record<string, string>> = {
  time: 'fromUnixTimestamp64Milli(toInt64({endMs:UInt64} - ({events:UInt64} - i) * ({days:UInt64} * 86400000 / {events:UInt64})))',
  ingested: 'time + toIntervalMinute(3)',
  uid: "concat('northwind-docs:audit:evt_', leftPad(toString(i), 10, '0'))",
  batch: 'intDiv(i, 1000) + 1',
  content: 'cityHash64(i)',
  actor_uid: "concat('u_', leftPad(toString(person), 4, '0'))",
  actor_name: "concat('Person ', leftPad(toString(person), 4, '0'))",
  actor_email: "concat('person-', leftPad(toString(person), 4, '0'), '@acme.example')",
  ip: "if(i % intDiv({events:UInt64}, 20) = 77, '198.51.100.250', concat('10.', toString(intDiv(address, 256)), '.', toString(address % 256), '.7'))",
  session: "concat('ses_', hex(cityHash64(i, 3)))",
  terms:
    'arrayDistinct(arrayConcat(t.terms, [actor_uid, actor_email, lower(session), ip, substring(actor_email, 1, 11)]))',
  event: 'replaceAll(replaceAll(replaceAll(t.event, t.actor_email, actor_email), t.ip, ip), t.uid, uid)',
  raw: 'replaceAll(t.raw, t.actor_uid, actor_uid)',
}

const multiply = (rows: number): string => `
  insert into activity (${COLUMNS.join(', ')})
  with
    {from:UInt64} + number as i,
    toUInt32(5000 * pow(cityHash64(i, 1) / 18446744073709551615, 2)) as person,
    toUInt32(20000 * pow(cityHash64(i, 2) / 18446744073709551615, 2)) as address
  select ${COLUMNS.map((name) => (CHANGED[name] === undefined ? `t.${name} as ${name}` : `${CHANGED[name]} as ${name}`)).join(', ')}
  from numbers(${rows}) as numbers
  inner join activity_template as t on t.n = toUInt32(cityHash64({from:UInt64} + number, 4) % {templates:UInt32})`
