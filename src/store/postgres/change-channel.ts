import { Client, type Pool } from 'pg'

/** Something changed that a person watching would want to see. Names only: whoever shows it reads it anew, with the watcher's rights. */
export type Change =
  | {
      readonly kind: 'stream'
      readonly organisationId: string
      readonly connectionId: string
      readonly stream: string
    }
  | { readonly kind: 'connection'; readonly organisationId: string; readonly connectionId: string }
  | { readonly kind: 'export'; readonly organisationId: string; readonly exportId: string }

export type ChangeChannel = {
  /** Never throws and never waits: a change that is not told is seen at the next look. */
  readonly tell: (change: Change) => void
  /** @returns ends the subscription. */
  readonly subscribe: (organisationId: string, listener: (change: Change) => void) => () => void
  readonly close: () => Promise<void>
}

const CHANNEL = 'fairlead_change'
/** What is told again within this time is told once, at its end. */
const QUIET_MS = 400
const RECONNECT_MS = 1_000

/** Carries changes between processes by LISTEN and NOTIFY. */
export function openChangeChannel(pool: Pool, url: string): ChangeChannel {
  const pending = new Map<string, NodeJS.Timeout>()
  const listeners = new Map<string, Set<(change: Change) => void>>()
  const ear = listen(url, (change) => {
    for (const listener of listeners.get(change.organisationId) ?? []) listener(change)
  })
  return {
    tell: (change) => {
      const text = JSON.stringify(change)
      if (pending.has(text)) return
      const send = () => {
        pending.delete(text)
        pool.query('select pg_notify($1, $2)', [CHANNEL, text]).catch(() => undefined)
      }
      pending.set(text, setTimeout(send, QUIET_MS).unref())
    },
    subscribe: (organisationId, listener) => {
      const own = listeners.get(organisationId) ?? new Set()
      listeners.set(organisationId, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) listeners.delete(organisationId)
      }
    },
    close: async () => {
      for (const timer of pending.values()) clearTimeout(timer)
      await ear.close()
    },
  }
}

/** Listens on a connection of its own and makes a new one when it breaks. */
function listen(url: string, heard: (change: Change) => void) {
  let client: Client | undefined
  let retry: NodeJS.Timeout | undefined
  let isClosed = false
  const connect = async (): Promise<void> => {
    const next = new Client({ connectionString: url })
    client = next
    const again = (): void => {
      if (isClosed || client !== next) return
      client = undefined
      retry = setTimeout(() => void connect(), RECONNECT_MS)
    }
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ payload }) => {
      if (payload !== undefined) heard(JSON.parse(payload) as Change)
    })
    await next
      .connect()
      .then(() => next.query(`listen ${CHANNEL}`))
      .catch(again)
  }
  const connecting = connect()
  return {
    close: async () => {
      isClosed = true
      clearTimeout(retry)
      await connecting
      await client?.end().catch(() => undefined)
    },
  }
}
