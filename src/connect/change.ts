import { type Access, accessOf, bindingOf, needsConsent } from '../credentials/access.ts'
import { writeSecretsText } from '../credentials/grant-text.ts'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { Fault, isFault } from '../lib/fault.ts'
import type { Secret } from '../lib/secret.ts'
import type { Connector } from '../model/connector.ts'
import {
  type ConnectionChange,
  type ConnectionRow,
  lockConnection,
  putStreams,
  readConnection,
  updateConnection,
} from '../store/postgres/connection-rows.ts'
import { openConnection } from '../sync/connection.ts'
import { activate, failed, type Step } from './activate.ts'
import { streamsOrProblem } from './draft.ts'
import { type Given, neededSecrets, type Problem, type Read, readGiven } from './given.ts'
import { auditConnection, type ConnectPorts, found, type Who } from './ports.ts'
import { readSecrets } from './stored.ts'
import { withConnector } from './upgrade.ts'
import { lackingFeatures, needsPerson, wantedStreams } from './wanted.ts'

/** What is to be another; the rest stays. Secrets can be given anew, never read. */
export type Change = Partial<Given> & {
  readonly name?: string
  readonly credentialExpiresAtMs?: number | null
  /** The newest version of the connector, with what it wants: consent to an upgrade that waited for it. */
  readonly isUpgrade?: boolean
}

/**
 * Changes a connection in place.
 *
 * A change of what the credentials are sealed for (hosts, endpoints, the way to sign in) erases secrets and grant: whoever changes an
 * address must know the secret that is sent there. Other secrets are tried before they take the place of the old ones.
 *
 * @throws {Fault} `NOT_FOUND`, `CONNECTION_UNFIT` when somebody else changed it meanwhile.
 */
export async function change(
  ports: ConnectPorts,
  who: Who,
  { id, wanted }: { readonly id: string; readonly wanted: Change },
): Promise<Step | { readonly problems: readonly Problem[] }> {
  const { row, connector: version } = await chosenVersion(ports, who, { id, wanted })
  const plan = await planned(ports, { row, wanted, connector: version })
  if ('problems' in plan) return plan
  const { isMoved, hasNewSecrets, connector, read } = plan
  const isPersonal = needsPerson(connector, read.input.auth)
  if (hasNewSecrets && !isMoved && !isPersonal) {
    const fault = await tried(ports, plan)
    if (fault !== undefined) return failed(ports, who, { row, action: 'rotate', fault })
  }
  const changed = await store(ports, who, { row, plan, wanted, isPersonal })
  const missing = neededSecrets(connector, read.input.auth).filter(
    (name) => !changed.secret_names.includes(name),
  )
  if (missing.length > 0) return { step: 'secrets', row: changed, names: missing }
  if (isPersonal && (changed.grant_sealed === null || plan.reasons.length > 0))
    return { step: 'consent', row: changed }
  const stored = { row: changed, connector, features: read.features, input: plan.input }
  const isAsItWas =
    !isMoved && !hasNewSecrets && changed.status !== 'connecting' && wanted.settings === undefined
  if (!isAsItWas) return activate(ports, who, { stored, action: 'connect' })
  return { step: 'done', row: changed, lacking: lackingFeatures(stored, changed.scopes_granted ?? undefined) }
}

type Planned = {
  readonly connector: Connector
  readonly read: Read
  /** With the secrets that are there from now on. */
  readonly input: Read['input']
  readonly access: Access
  readonly isMoved: boolean
  readonly hasNewSecrets: boolean
  /** What nobody consented to yet. */
  readonly reasons: readonly string[]
}

type Asked = { readonly row: ConnectionRow; readonly wanted: Change; readonly connector: Connector }

async function planned(
  ports: ConnectPorts,
  { row, wanted, connector }: Asked,
): Promise<Planned | { readonly problems: readonly Problem[] }> {
  const secrets = wanted.secrets ?? {}
  const given: Given = {
    features: wanted.features ?? row.features,
    authMethod: wanted.authMethod ?? row.auth_method ?? undefined,
    settings: wanted.settings ?? row.settings,
    secrets,
  }
  // Whether all that are needed are there is judged after the change: an erased secret is asked for, it is no mistake.
  const read = readGiven(connector, given, neededSecrets(connector, given.authMethod ?? ''))
  if ('problems' in read) return read
  const streams = await streamsOrProblem(ports, { ...read, connector })
  if ('problems' in streams) return streams
  const access = accessOf({ connector, ...read })
  const before = row.access as Access | null
  const isMoved = before === null || bindingOf(before) !== bindingOf(access)
  const former = isMoved ? {} : await formerSecrets(ports, row, bindingOf(access))
  return {
    ...{ connector, read, access, isMoved },
    input: { ...read.input, secrets: { ...former, ...read.input.secrets } },
    hasNewSecrets: Object.keys(read.input.secrets).length > 0,
    reasons: before === null ? ['never agreed to'] : needsConsent(before, access),
  }
}

async function chosenVersion(
  ports: ConnectPorts,
  who: Who,
  { id, wanted }: { readonly id: string; readonly wanted: Change },
): Promise<Pick<Asked, 'row' | 'connector'>> {
  const row = found(await ports.control.within(who.organisationId, (tx) => readConnection(tx, id)))
  if (wanted.isUpgrade !== true) return withConnector(ports, row)
  const connector = ports.connectors.newest(row.app_id)
  if (connector !== undefined) return { row, connector }
  throw new Fault('NOT_FOUND', 'there is no such app any more')
}

/** Those that cannot be opened are as good as not given. */
async function formerSecrets(
  ports: ConnectPorts,
  row: ConnectionRow,
  binding: string,
): Promise<Readonly<Record<string, Secret>>> {
  try {
    return await readSecrets(ports, row, binding)
  } catch (error) {
    if (isFault(error)) return {}
    throw error
  }
}

/** Whether the app accepts the new secrets, before the old ones are given up. */
async function tried(ports: ConnectPorts, { connector, input, read }: Planned): Promise<Fault | undefined> {
  const { allowLoopback, through } = ports.wayTo(connector)
  const connection = openConnection({
    ...{ connector, input, features: read.features, clock: ports.clock },
    grants: openMemoryStore(),
    notify: () => undefined,
    ...(allowLoopback === undefined ? {} : { allowLoopback }),
    ...(through === undefined ? {} : { through }),
  })
  try {
    return (await connection.check()).fault
  } finally {
    await connection.close()
  }
}

type Storing = {
  readonly row: ConnectionRow
  readonly plan: Planned
  readonly wanted: Change
  readonly isPersonal: boolean
}

async function store(ports: ConnectPorts, who: Who, storing: Storing): Promise<ConnectionRow> {
  const { row, plan, wanted, isPersonal } = storing
  const { connector, access, input, isMoved, hasNewSecrets } = plan
  const owner = { organisationId: who.organisationId, subject: row.id, purpose: 'secrets' } as const
  const names = Object.keys(input.secrets)
  const sealed = await ports.vault.seal(writeSecretsText(input.secrets), {
    ...owner,
    binding: bindingOf(access),
  })
  const streams = await wantedStreams(ports, { connector, ...plan.read }, row.scopes_granted ?? undefined)
  // A token got with the former secrets proves nothing of the new ones; a person's consent stays good.
  const endsGrant = isMoved || (hasNewSecrets && !isPersonal)
  const patch: ConnectionChange = {
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    ...(wanted.credentialExpiresAtMs === undefined
      ? {}
      : { credential_expires_at: timeOf(wanted.credentialExpiresAtMs) }),
    features: [...plan.read.features],
    settings: JSON.stringify(input.settings),
    auth_method: input.auth,
    connector_digest: connector.digest,
    access: JSON.stringify(access),
    scopes_requested: [...access.scopes],
    secrets: names.length === 0 ? null : sealed,
    secret_names: names,
    ...statusAfter(row, isMoved),
  }
  return ports.control.within(who.organisationId, async (tx) => {
    const now = found(await lockConnection(tx, row.id))
    if (now.updated_at.getTime() !== row.updated_at.getTime())
      throw new Fault('CONNECTION_UNFIT', 'the connection was changed by somebody else meanwhile: look again')
    const generation = now.grant_generation + 1
    const ended = { grant_sealed: null, grant_expires_at: null, grant_generation: generation }
    await putStreams(tx, now, streams)
    await auditConnection(ports, tx, { who, row, action: 'change', detail: detailOf(storing) })
    return found(await updateConnection(tx, row.id, endsGrant ? { ...patch, ...ended } : patch))
  })
}

function statusAfter({ status }: ConnectionRow, isMoved: boolean): Pick<ConnectionChange, 'status'> {
  if (status === 'disconnected') return { status: 'connecting' }
  return isMoved && status !== 'connecting' ? { status: 'needs_reauth' } : {}
}

function detailOf({ plan, wanted }: Storing) {
  const { secrets = {}, ...rest } = wanted
  return {
    changed: Object.keys(rest),
    secrets: Object.keys(secrets),
    erased: plan.isMoved,
    agreed: [...plan.reasons],
  }
}

function timeOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
