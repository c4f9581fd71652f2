import { readConnection } from '../store/postgres/connection-rows.ts'
import { authorize } from './authorize.ts'
import { authorizeByCode, type CodeShown } from './authorize-by-code.ts'
import { type ConnectPorts, found, type Session } from './ports.ts'
import { withConnector } from './upgrade.ts'
import { consentBy } from './wanted.ts'

/** An address for the person's browser, or a code for them to type. */
export type Begun = { readonly url: string } | { readonly code: CodeShown }

/** Asks for a person's consent in the way of the connection's auth method. @throws {Fault} as `authorize` and `authorizeByCode`. */
export async function beginConsent(ports: ConnectPorts, session: Session, id: string): Promise<Begun> {
  const stored = found(await ports.control.within(session.organisationId, (tx) => readConnection(tx, id)))
  const { row, connector } = await withConnector(ports, stored)
  return consentBy(connector, row.auth_method ?? undefined) === 'code'
    ? { code: await authorizeByCode(ports, session, id) }
    : authorize(ports, session, id)
}
