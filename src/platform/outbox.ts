import type { OutboxPort } from '../api/services.ts'
import type { Identity } from '../identity/identity.ts'
import { Fault } from '../lib/fault.ts'
import { listOutbox } from '../mail/outbox.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'

type Ports = {
  readonly control: ControlStore
  readonly identity: Pick<Identity, 'membershipsOf'>
  readonly hasMailServer: boolean
}

/** Letters hold links that let people in: only administrators of the operator see them. */
export function outboxService({ control, identity, hasMailServer }: Ports): OutboxPort {
  return {
    list: async ({ kind, id, organisationId }) => {
      const memberships = kind === 'user' ? await identity.membershipsOf(id) : []
      const isOperator = memberships.some(
        (own) => own.organisationId === organisationId && own.kinds.includes('operator'),
      )
      if (!isOperator) throw new Fault('NOT_ALLOWED', 'the outbox is the operator’s')
      const letters = hasMailServer ? [] : await listOutbox(control)
      return {
        isUsed: !hasMailServer,
        items: letters.map(({ at, ...letter }) => ({ ...letter, at: at.toISOString() })),
      }
    },
  }
}
