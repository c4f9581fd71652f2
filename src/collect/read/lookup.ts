import { Fault } from '../../lib/fault.ts'
import type { Notice } from '../../model/collection.ts'
import type { StreamPlan } from '../../model/connector.ts'
import { type Env, Failure, type Value } from '../../model/expression.ts'
import type { Run } from '../run.ts'
import type { Portion } from './partition.ts'

const MAX_ENTRIES = 100_000

type Table = Map<unknown, Value>
type LookupPlan = NonNullable<StreamPlan['lookup']>[string]

/**
 * The tables a stream joins from, each read whole before its first request. Whole numbers are one key however they are written.
 *
 * A table that could not be read whole, because the app gave no answer, is missing: nobody is told to be absent from it.
 *
 * @throws {Fault} `LIMIT_REACHED` beyond 100,000 entries.
 */
export async function lookupTables(
  run: Run,
  { lookup }: StreamPlan,
  read: (run: Run, stream: string) => AsyncIterable<Portion>,
): Promise<Readonly<Record<string, Table>> | undefined> {
  if (lookup === undefined) return undefined
  const tables: Record<string, Table> = Object.create(null)
  for (const [name, plan] of Object.entries(lookup)) {
    const table: Table = new Map()
    let isWhole = true
    const notify = (notice: Notice) => {
      if (notice.kind === 'unknown') isWhole = false
      run.notify(notice)
    }
    for await (const portion of read({ ...run, notify }, plan.stream)) {
      addRows(table, plan, portion)
      if (table.size > MAX_ENTRIES)
        throw new Fault('LIMIT_REACHED', `${run.stream}: lookup.${name} has more than ${MAX_ENTRIES} entries`)
    }
    if (isWhole) tables[name] = table
  }
  return tables
}

function addRows(table: Table, { key, value }: LookupPlan, { rows, env }: Portion): void {
  for (const { record, outer, parent } of rows) {
    const names: Env = { ...env, record, outer, parent }
    const found = key.evaluate(names)
    const held = value === undefined ? record : value.evaluate(names)
    if (!(found instanceof Failure) && !(held instanceof Failure)) table.set(tableKey(found), held)
  }
}

/** As CEL compares map keys: 1, 1u and 1.0 are one. */
function tableKey(key: Value): unknown {
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : key
}
