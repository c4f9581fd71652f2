import { drainPending, Session } from 'chdb'
import { literal, type SessionState, transition } from './settings.ts'

type Held = { readonly session: Session; values: ReadonlyMap<string, string>; database: string }

export type Sessions = {
  /** Runs `work` on a connection of its own that holds this state. Waits for a free one until the signal says otherwise. */
  readonly use: <T>(
    state: SessionState,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ) => Promise<T>
  /** Ends the statement that carries this ticket in `log_comment`. */
  readonly cancel: (ticket: string) => Promise<void>
  readonly isRunning: (ticket: string) => Promise<boolean>
  /** The values of the one column of an internal question. */
  readonly names: (sql: string) => Promise<readonly string[]>
  /** Resolves when nothing runs any more. To leave while the engine works crashes it. */
  readonly close: () => Promise<void>
}

/** Connections of one engine. Each keeps its settings between statements, so that one statement has it to itself. */
export function openSessions(directory: string, connectionArgs: readonly string[], most: number): Sessions {
  const open = (): Held => ({
    session: new Session(directory, { connectionArgs }),
    values: new Map(),
    database: 'default',
  })
  const control = open()
  const free: Held[] = []
  const waiting: (() => void)[] = []
  let count = 0

  const take = async (signal: AbortSignal): Promise<Held> => {
    for (;;) {
      signal.throwIfAborted()
      const held = free.pop()
      if (held !== undefined) return held
      if (count < most) {
        const opened = open()
        count += 1
        return opened
      }
      await new Promise<void>((wake) => waiting.push(wake))
    }
  }
  const release = (held: Held): void => {
    free.push(held)
    waiting.shift()?.()
  }
  return {
    use: async (state, signal, work) => {
      const held = await take(signal).catch((reason) => {
        waiting.shift()?.()
        throw reason
      })
      try {
        await prepare(held, state)
      } catch (reason) {
        // Half of it may have been taken: nothing is known of this connection any more.
        held.session.close()
        count -= 1
        waiting.shift()?.()
        throw reason
      }
      try {
        return await work(held.session)
      } finally {
        release(held)
      }
    },
    // An order that comes before the threads of a statement are set up is noted and not obeyed, and a second one is ignored: those
    // that have read nothing yet are left for the next order.
    cancel: async (ticket) => {
      await control.session.queryAsync(
        `KILL QUERY WHERE Settings['log_comment'] = ${literal(ticket)} AND (read_rows > 0 OR elapsed > 5) ASYNC`,
      )
    },
    isRunning: async (ticket) => {
      const count = await control.session.queryAsync(
        `SELECT count() FROM system.processes WHERE Settings['log_comment'] = ${literal(ticket)}`,
        { format: 'TabSeparated' },
      )
      return count.text().trim() !== '0'
    },
    names: async (sql) =>
      (await control.session.queryAsync(sql, { format: 'TabSeparated' })).text().trim().split('\n'),
    close: async () => {
      await drainPending()
      for (const { session } of [...free, control]) session.close()
      await drainPending()
    },
  }
}

async function prepare(held: Held, { database, values }: SessionState): Promise<void> {
  if (held.database !== database) {
    await held.session.queryAsync(`USE \`${database.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``)
    held.database = database
  }
  const change = transition(held.values, values)
  if (change === undefined) return
  await held.session.queryAsync(change)
  const kept = [...held.values].filter(([name]) => name.startsWith('param_'))
  held.values = new Map([...kept, ...values])
}
