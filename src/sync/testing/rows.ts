import { ORGANISATION, type Stores } from './platform.ts'

/** Waits until `holds`, or fails with what it last saw. */
export async function until<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  withinMs = 30_000,
): Promise<T> {
  const endMs = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(seen)}`)
    await new Promise((wake) => setTimeout(wake, 100))
  }
}

export const streamRows = (
  { control }: Pick<Stores, 'control'>,
  connectionId: string,
  organisationId = ORGANISATION,
) =>
  control.within(organisationId, (tx) =>
    tx.selectFrom('stream').selectAll().where('connection_id', '=', connectionId).orderBy('name').execute(),
  )

/** Makes streams due now and whenever they were just read: `everyMs` from now on. */
export const setStreams = (
  { control }: Pick<Stores, 'control'>,
  connectionId: string,
  values: Readonly<Record<string, unknown>>,
  name?: string,
) =>
  control.asPlatform((tx) =>
    tx
      .updateTable('stream')
      .set(values)
      .where('connection_id', '=', connectionId)
      .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
      .execute(),
  )

/** Reads streams now, and waits until each has ended a run that began after this call. */
export async function readAgain(stores: Stores, connectionId: string, name?: string) {
  const before = await streamRows(stores, connectionId)
  const last = new Map(before.map((row) => [row.name, row.generation]))
  await setStreams(stores, connectionId, { next_run_at: new Date(0) }, name)
  return until(
    () => streamRows(stores, connectionId),
    (rows) =>
      rows
        .filter((row) => name === undefined || row.name === name)
        .every((row) => row.generation > (last.get(row.name) ?? 0) && row.lease_until === null),
    60_000,
  )
}

export const runRows = ({ control }: Pick<Stores, 'control'>, connectionId: string, stream: string) =>
  control.asPlatform((tx) =>
    tx
      .selectFrom('run')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .where('stream', '=', stream)
      .orderBy('id')
      .execute(),
  )

export const inventoryRows = ({ control }: Pick<Stores, 'control'>, connectionId: string, stream = 'users') =>
  control.asPlatform((tx) =>
    tx
      .selectFrom('inventory')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .where('stream', '=', stream)
      .orderBy('key')
      .execute(),
  )

export const connectionRow = ({ control }: Pick<Stores, 'control'>, id: string) =>
  control.asPlatform((tx) =>
    tx.selectFrom('connection').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  )

export const ALL_TIME = { fromMs: 0, toMs: Date.now() + 86_400_000, conditions: [] }

/** Every event shown of one stream, by its id; twice where it is shown twice. */
export async function shownUids(
  { activity }: Pick<Stores, 'activity'>,
  connectionId: string,
  stream: string,
  organisationId = ORGANISATION,
): Promise<readonly string[]> {
  const filter = {
    ...ALL_TIME,
    toMs: Date.now() + 86_400_000,
    conditions: [
      { field: 'connection', operator: 'is', values: [connectionId] },
      { field: 'stream', operator: 'is', values: [stream] },
    ],
  } as const
  const seen: string[] = []
  let next: string | undefined
  do {
    const after = next === undefined ? {} : { after: next }
    const page = await activity.search(organisationId, filter, { limit: 500, ...after })
    seen.push(...page.rows.map(({ uid }) => uid))
    next = page.next
  } while (next !== undefined)
  return seen
}
