import { disconnect } from '../connect/lifecycle.ts'
import type { ConnectPorts } from '../connect/ports.ts'
import type { OpenedVault } from '../credentials/vault.ts'
import type { Exports } from '../exports/exports.ts'
import type { AuditTrail } from '../identity/audit-trail.ts'
import { closeOrganisation, forgetOrganisation, operatorIds } from '../identity/sign-in/deletion.ts'
import type { Clock } from '../lib/clock.ts'
import type { ActivityStore } from '../model/activity.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import {
  connectionsToEnd,
  type Deletion,
  dueDeletions,
  endDeletion,
  eraseRows,
  noteErased,
} from '../store/postgres/deletion-rows.ts'
import type { Queue } from '../store/postgres/queue.ts'
import type { Platform } from './open-platform.ts'

export type DeletionPorts = {
  readonly control: ControlStore
  readonly activity: Pick<ActivityStore, 'deleteOrganisation'>
  readonly vault: Pick<OpenedVault, 'shred'>
  readonly exports: Pick<Exports, 'eraseOf'>
  readonly queue: Pick<Queue, 'forget'>
  readonly connect: ConnectPorts
  readonly audit: Pick<AuditTrail, 'record'>
  readonly clock: Clock
}

export function deletionPorts(platform: Platform): DeletionPorts {
  const { stores, exports, queue, connect, identity, clock } = platform
  const { control, activity, vault } = stores
  return { ...{ control, activity, vault, exports, queue, connect, clock }, audit: identity.audit }
}

/**
 * Nothing that was under way when the organisation was deleted lasts longer: a transaction, an exchange of a token, a page that is written,
 * a call in the queue. What it left is taken by a last pass.
 */
export const SETTLED_MS = 15 * 60_000

type Step = (ports: DeletionPorts, deletion: Deletion) => Promise<unknown>

/**
 * What is done to a deleted organisation, in this order: apps are told while there are credentials, and rows go after the files they name.
 * A step may be repeated; one that broke off is begun anew, with all before it.
 */
export const STEPS: readonly Step[] = [
  tellApps,
  ({ vault }, { organisationId }) => vault.shred(organisationId),
  ({ activity }, { organisationId }) => activity.deleteOrganisation(organisationId),
  ({ exports }, { organisationId }) => exports.eraseOf(organisationId),
  ({ queue }, { organisationId }) => queue.forget(organisationId),
  ({ control }, { organisationId }) => control.asPlatform((tx) => eraseRows(tx, organisationId)),
  ({ control }, { organisationId }) => control.asPlatform((tx) => closeOrganisation(tx, organisationId)),
  end,
]

/** Goes on with every deletion there is something to do for. Once a minute, and after a crash as if there had been none. */
export async function eraseDeleted(ports: DeletionPorts, report: (error: unknown) => void): Promise<void> {
  const settled = new Date(ports.clock.now() - SETTLED_MS)
  for (const deletion of await ports.control.asPlatform((tx) => dueDeletions(tx, settled)))
    await erase(ports, deletion).catch(report)
}

async function erase(ports: DeletionPorts, deletion: Deletion): Promise<void> {
  for (const step of STEPS) await step(ports, deletion)
}

async function tellApps({ control, connect }: DeletionPorts, deletion: Deletion): Promise<void> {
  const { organisationId, askedBy: id } = deletion
  const own = { ...connect, control: { ...control, within: control.withinErased } }
  const who = { organisationId, actor: { kind: 'user', id, name: id } } as const
  for (const connectionId of await control.withinErased(organisationId, connectionsToEnd))
    await disconnect(own, who, connectionId)
}

/** The first time it is noted; the last time nothing is left but the line in the operator's trail: who, what and when, and nobody's name. */
async function end({ control, audit, clock }: DeletionPorts, deletion: Deletion): Promise<void> {
  const { organisationId, askedBy, askedAt } = deletion
  const now = clock.now()
  await control.asPlatform(async (tx) => {
    if (now - askedAt.getTime() < SETTLED_MS) return noteErased(tx, organisationId, new Date(now))
    const name = await forgetOrganisation(tx, organisationId)
    if (!(await endDeletion(tx, organisationId))) return
    for (const operator of await operatorIds(tx))
      await audit.record(tx, {
        organisationId: operator,
        actor: { kind: 'user', id: askedBy, name: askedBy },
        action: 'organisation.delete',
        target: { kind: 'organisation', id: organisationId, ...(name !== undefined && { name }) },
        detail: { askedAt: askedAt.toISOString() },
      })
  })
}
