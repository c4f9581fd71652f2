import type { OrganisationPort } from '../api/services.ts'
import { closeOrganisation, holdOrganisation } from '../identity/sign-in/deletion.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { beginDeletion } from '../store/postgres/deletion-rows.ts'

type Ports = { readonly control: ControlStore; readonly clock: Clock }

/** Ends the organisation in one transaction: from then on nobody works for it. What is left is erased by `eraseDeleted`. */
export function organisationService({ control, clock }: Ports): OrganisationPort {
  return {
    remove: ({ id: askedBy, organisationId }, name) =>
      control.asPlatform(async (tx) => {
        const organisation = await holdOrganisation(tx, organisationId)
        if (organisation === undefined) throw new Fault('NOT_FOUND', 'there is no such organisation')
        if (organisation.isOperator) throw new Fault('OPERATOR_NEEDED', 'this organisation runs the platform')
        if (organisation.name !== name)
          throw new Fault('INPUT_INVALID', 'the name is not that of the organisation')
        await beginDeletion(tx, { organisationId, askedBy, askedAt: new Date(clock.now()) })
        await closeOrganisation(tx, organisationId)
      }),
  }
}
