import { Fault } from '../lib/fault.ts'
import type { StreamPlan } from '../model/connector.ts'
import { Failure } from '../model/expression.ts'
import type { Reading } from './reading.ts'
import { keyText } from './rows.ts'
import type { Portion } from './stream.ts'

const MOST_ENTRIES = 100_000

type Table = Readonly<Record<string, unknown>>

/** The tables a stream joins from, each read whole before its first request. */
export async function loadLookups(
  reading: Reading,
  plan: StreamPlan,
  read: (stream: string) => AsyncIterable<Portion>,
): Promise<Readonly<Record<string, Table>> | undefined> {
  if (plan.lookup === undefined) return undefined
  const tables: Record<string, Table> = {}
  for (const [name, lookup] of Object.entries(plan.lookup)) {
    const table: Record<string, unknown> = Object.create(null)
    let entries = 0
    for await (const portion of read(lookup.stream)) {
      entries += addRows(table, lookup, portion)
      if (entries > MOST_ENTRIES)
        throw new Fault(
          'LIMIT_REACHED',
          `${reading.stream}: lookup.${name} has more than ${MOST_ENTRIES} entries`,
        )
    }
    tables[name] = table
  }
  return tables
}

type Lookup = NonNullable<StreamPlan['lookup']>[string]

function addRows(table: Record<string, unknown>, { key, value }: Lookup, { rows, env }: Portion): number {
  for (const { record, outer, parent } of rows) {
    const names = { ...env, record, outer, parent }
    const at = keyText(key.evaluate(names))
    const found = value === undefined ? record : value.evaluate(names)
    if (at !== undefined && !(found instanceof Failure)) table[at] = found
  }
  return rows.length
}
