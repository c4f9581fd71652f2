import { accessOf, bindingOf } from '../credentials/access.ts'
import { writeSecretsText } from '../credentials/grant-text.ts'
import { Fault, isFault } from '../lib/fault.ts'
import { newId } from '../lib/id.ts'
import { createConnection, putStreams } from '../store/postgres/connection-rows.ts'
import { activate, type Step } from './activate.ts'
import { type Given, type Problem, type Read, readGiven } from './given.ts'
import { auditConnection, type ConnectPorts, type Who } from './ports.ts'
import { needsPerson, wantedStreams } from './wanted.ts'

export type NewConnection = Given & {
  readonly appId: string
  readonly name: string
  /** When the credential ends for good, Unix ms, where the customer knows. */
  readonly credentialExpiresAtMs?: number | undefined
}

/**
 * Begins a connection. Where nobody has to consent, it is checked at once and active when the app accepts it.
 *
 * @returns everything that is wrong with what was given, or what comes next.
 * @throws {Fault} `NOT_FOUND` when there is no such app.
 */
export async function draft(
  ports: ConnectPorts,
  who: Who,
  given: NewConnection,
): Promise<Step | { readonly problems: readonly Problem[] }> {
  const { control, vault, clock } = ports
  const connector = ports.connectors.newest(given.appId)
  if (connector === undefined) throw new Fault('NOT_FOUND', 'there is no such app')
  const read = readGiven(connector, given)
  if ('problems' in read) return read
  const { input, features } = read
  const streams = await streamsOrProblem(ports, { ...read, connector })
  if ('problems' in streams) return streams
  const access = accessOf({ connector, ...read })
  const id = newId('con', clock.now())
  const owner = { organisationId: who.organisationId, subject: id, purpose: 'secrets' } as const
  const names = Object.keys(input.secrets)
  const secrets = await vault.seal(writeSecretsText(input.secrets), { ...owner, binding: bindingOf(access) })
  const row = await control.within(who.organisationId, async (tx) => {
    const created = await createConnection(tx, {
      id,
      organisation_id: who.organisationId,
      app_id: given.appId,
      connector_digest: connector.digest,
      name: given.name,
      status: 'connecting',
      auth_method: input.auth,
      features: [...features],
      scopes_requested: [...access.scopes],
      settings: JSON.stringify(input.settings),
      secrets: names.length === 0 ? null : secrets,
      secret_names: names,
      access: JSON.stringify(access),
      credential_expires_at:
        given.credentialExpiresAtMs === undefined ? null : new Date(given.credentialExpiresAtMs),
      created_by: who.actor.id,
    })
    await putStreams(tx, created, streams.streams)
    await auditConnection(ports, tx, {
      ...{ who, row: created, action: 'create' },
      detail: { app: given.appId, features: [...features], method: input.auth, hosts: [...access.hosts] },
    })
    return created
  })
  if (needsPerson(connector, input.auth)) return { step: 'consent', row }
  return activate(ports, who, { stored: { row, connector, input, features }, action: 'connect' })
}

/** Settings may be well formed and still give no host, or no interval. */
export async function streamsOrProblem(
  ports: Pick<ConnectPorts, 'clock' | 'wayTo'>,
  chosen: Read & { readonly connector: Parameters<typeof readGiven>[0] },
): Promise<
  { readonly streams: Awaited<ReturnType<typeof wantedStreams>> } | { readonly problems: readonly Problem[] }
> {
  try {
    return { streams: await wantedStreams(ports, chosen) }
  } catch (error) {
    if (!isFault(error)) throw error
    return { problems: [{ place: 'settings', message: error.message }] }
  }
}
