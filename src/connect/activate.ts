import { Fault } from '../lib/fault.ts'
import { forgetAttempt } from '../store/postgres/connection-grants.ts'
import {
  type ConnectionRow,
  lockConnection,
  makeStreamsDue,
  putStreams,
  updateConnection,
} from '../store/postgres/connection-rows.ts'
import type { StoredFault } from '../store/postgres/tables.ts'
import { storedFault } from '../sync/health.ts'
import { auditConnection, type ConnectPorts, found, type Who } from './ports.ts'
import { openStored, type Stored } from './stored.ts'
import { type Lacking, lackingFeatures, wantedStreams } from './wanted.ts'

/** What connecting asks of the customer next. */
export type Step =
  /** Send the person to the app: `authorize`. */
  | { readonly step: 'consent'; readonly row: ConnectionRow }
  /** These must be given anew: `change`. */
  | { readonly step: 'secrets'; readonly row: ConnectionRow; readonly names: readonly string[] }
  /** Nothing; features that lack scopes are not read. */
  | { readonly step: 'done'; readonly row: ConnectionRow; readonly lacking: readonly Lacking[] }
  /** The app did not accept the connection. */
  | { readonly step: 'failed'; readonly row: ConnectionRow; readonly fault: StoredFault }

/** Asks the app whether the connection works, then makes it active and its first runs due; a paused one stays paused. */
export async function activate(
  ports: ConnectPorts,
  who: Who,
  { stored, action }: { readonly stored: Stored; readonly action: string },
): Promise<Step> {
  const { clock, control } = ports
  const { row } = stored
  const connection = openStored(ports, stored, { by: 'person' })
  try {
    const { ok, identity, scopes, fault } = await connection.check()
    if (!ok) return await failed(ports, who, { row, action, fault })
    const granted = (await connection.credentials.store.read())?.scopes ?? scopes
    const lacking = lackingFeatures(stored, granted)
    const streams = await wantedStreams(ports, stored, granted)
    const active = await control.within(who.organisationId, async (tx) => {
      const now = found(await lockConnection(tx, row.id))
      if (now.status === 'disconnected')
        throw new Fault('CONNECTION_UNFIT', 'the connection was disconnected meanwhile')
      await putStreams(tx, now, streams)
      await makeStreamsDue(tx, row.id, clock.now())
      await forgetAttempt(tx, row.id)
      await auditConnection(ports, tx, {
        ...{ who, row, action },
        detail: { ok: true, identity: identity ?? null, lacking: lacking.map(({ feature }) => feature) },
      })
      const updated = await updateConnection(tx, row.id, {
        status: now.status === 'paused' ? 'paused' : 'active',
        identity: identity ?? null,
        scopes_granted: granted === undefined ? null : [...granted],
        fault: null,
      })
      return found(updated)
    })
    return { step: 'done', row: active, lacking }
  } finally {
    await connection.close()
  }
}

type Failing = { readonly row: ConnectionRow; readonly action: string; readonly fault: Error | undefined }

/** The connection stays what it was; the reason is kept with it. */
export async function failed(ports: ConnectPorts, who: Who, failing: Failing): Promise<Step> {
  const { row, action } = failing
  const fault = storedFault(failing.fault, ports.clock.now())
  const updated = await ports.control.within(who.organisationId, async (tx) => {
    await auditConnection(ports, tx, { who, row, action, detail: { ok: false, code: fault.code } })
    return found(await updateConnection(tx, row.id, { fault: JSON.stringify(fault) }))
  })
  return { step: 'failed', row: updated, fault }
}
