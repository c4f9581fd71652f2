import type { Principal } from '../identity/permissions.ts'
import type { Clock } from '../lib/clock.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }

/** Adds a change to the audit trail, in the transaction of the change. */
export type Recorder = (
  tx: Tx,
  by: Principal,
  change: {
    /** `noun.verb` */
    readonly action: string
    readonly target: { readonly kind: string; readonly id: string; readonly name?: string }
    readonly detail?: { readonly [name: string]: Plain }
  },
) => Promise<unknown>

/** What services of plain control data stand on. */
export type RecordPorts = { readonly control: ControlStore; readonly clock: Clock; readonly record: Recorder }
