import { createHash } from 'node:crypto'
import type { Static } from 'typebox'
import { InputFault } from '../api/complaints.ts'
import type { Connection, NextStepShape } from '../api/schema/connections.ts'
import type { ConnectionsPort, Principal } from '../api/services.ts'
import type { Step } from '../connect/activate.ts'
import { askByCode, type CodeShown } from '../connect/authorize-by-code.ts'
import { beginConsent } from '../connect/begin-consent.ts'
import { callback } from '../connect/callback.ts'
import { change } from '../connect/change.ts'
import { draft } from '../connect/draft.ts'
import type { Problem } from '../connect/given.ts'
import { disconnect, pause, remove, resume, testConnection } from '../connect/lifecycle.ts'
import type { ConnectPorts, Session, Who } from '../connect/ports.ts'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { ActivityStore } from '../model/activity.ts'
import type { ChangeChannel } from '../store/postgres/change-channel.ts'
import { type CommandPorts, wakeAll } from '../sync/commands.ts'
import type { Catalog } from './catalog.ts'
import { connectionBodies } from './connection-bodies.ts'
import { faultBody, given } from './stream-bodies.ts'

export type ConnectionServicePorts = CommandPorts & {
  readonly connect: ConnectPorts
  readonly catalog: Catalog
  readonly activity: Pick<ActivityStore, 'deleteConnection'>
  readonly channel: Pick<ChangeChannel, 'tell'>
}

/** Connections as the API wants them. */
export function connectionService(ports: ConnectionServicePorts): ConnectionsPort {
  const { connect, control, catalog, channel, activity } = ports
  const bodies = (organisationId: string, ids?: readonly string[]) =>
    control.within(organisationId, (tx) => connectionBodies(tx, catalog, ids))
  const body = async (organisationId: string, id: string): Promise<Connection> => {
    const [found] = await bodies(organisationId, [id])
    if (found === undefined) throw new Fault('NOT_FOUND', 'there is no such connection')
    return found
  }
  const changed = async (organisationId: string, connectionId: string): Promise<Connection> => {
    channel.tell({ kind: 'connection', organisationId, connectionId })
    return body(organisationId, connectionId)
  }
  const next = async (by: Principal, step: Step | { readonly problems: readonly Problem[] }) => {
    if ('problems' in step) throw problemsFault(step.problems)
    const { id } = step.row
    if (step.step === 'done' && step.row.status === 'active')
      await wakeAll(ports, { organisationId: by.organisationId, connectionId: id })
    const connection = await changed(by.organisationId, id)
    return step.step === 'consent' ? consentStep(by, connection) : nextStep(connection, step)
  }
  const consentStep = async (by: Principal, connection: Connection): Promise<NextStep> => {
    // A key has no browser to consent in: a person goes on from here.
    if (by.sessionId === undefined) return { connection, step: 'consent' }
    const begun = await beginConsent(connect, sessionOf(by), connection.id)
    return 'code' in begun ? codeStep(connection, begun.code) : { connection, step: 'consent', ...begun }
  }
  return {
    list: (organisationId, reach) => bodies(organisationId, reach === 'all' ? undefined : reach),
    get: async (organisationId, id) => (await bodies(organisationId, [id]))[0],
    create: async (by, { app, credentialExpiresAt, secrets, settings, ...given }) =>
      next(
        by,
        await draft(connect, whoOf(by), {
          ...given,
          appId: app,
          settings,
          secrets: sealedFromHere(secrets),
          credentialExpiresAtMs:
            credentialExpiresAt === undefined ? undefined : Date.parse(credentialExpiresAt),
        }),
      ),
    change: async (by, id, { credentialExpiresAt, secrets, ...wanted }) =>
      next(
        by,
        await change(connect, whoOf(by), {
          id,
          wanted: {
            ...wanted,
            ...(secrets !== undefined && { secrets: sealedFromHere(secrets) }),
            ...(credentialExpiresAt !== undefined && {
              credentialExpiresAtMs: Date.parse(credentialExpiresAt),
            }),
          },
        }),
      ),
    authorize: async (by, id) => consentStep(by, await body(by.organisationId, id)),
    askByCode: async (by, id) => {
      const step = await askByCode(connect, sessionOf(by), id)
      return step.step === 'waiting' ? codeStep(await body(by.organisationId, id), step.code) : next(by, step)
    },
    test: async (by, id) => {
      const step = await testConnection(connect, whoOf(by), id)
      const { connection } = await next(by, step)
      return {
        ok: step.step === 'done',
        ...(connection.identity !== undefined && { identity: connection.identity }),
        ...(step.step === 'failed' && { fault: faultBody(step.fault)! }),
      }
    },
    pause: async (by, id) => {
      await pause(connect, whoOf(by), id)
      return changed(by.organisationId, id)
    },
    resume: async (by, id) => {
      await resume(connect, whoOf(by), id)
      await wakeAll(ports, { organisationId: by.organisationId, connectionId: id })
      return changed(by.organisationId, id)
    },
    disconnect: async (by, id) => {
      const { revocation } = await disconnect(connect, whoOf(by), id)
      return { connection: await changed(by.organisationId, id), revocation }
    },
    remove: async (by, id) => {
      await remove({ ...connect, eraseActivity: activity.deleteConnection }, whoOf(by), id)
      channel.tell({ kind: 'connection', organisationId: by.organisationId, connectionId: id })
    },
    finishConsent: async ({ principal, app, organisationKey, query }) => {
      const address = new URL(
        `${connect.publicUrl}/oauth/cb/${encodeURIComponent(app)}/${encodeURIComponent(organisationKey)}`,
      )
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
      const { connection } = await next(
        principal,
        await callback(connect, sessionOf(principal), address.href),
      )
      return { connectionId: connection.id }
    },
  }
}

type NextStep = Static<typeof NextStepShape>

function nextStep(connection: Connection, step: Exclude<Step, { readonly step: 'consent' }>): NextStep {
  if (step.step === 'secrets') return { connection, step: 'secrets', names: [...step.names] }
  if (step.step === 'failed') return { connection, step: 'failed', fault: faultBody(step.fault)! }
  return { connection, step: 'done' }
}

const codeStep = (connection: Connection, code: CodeShown): NextStep => ({
  ...{ connection, step: 'consent' },
  code: {
    userCode: code.userCode,
    verificationUrl: code.verificationUri,
    ...given('verificationUrlComplete', code.verificationUriComplete),
    expiresAt: new Date(code.expiresAtMs).toISOString(),
    intervalMs: code.intervalMs,
  },
})

const problemsFault = (problems: readonly Problem[]) =>
  new InputFault(
    problems.map(({ place, name, message }) => ({
      path: ['body', place, ...(name === undefined ? [] : [name])].join('.'),
      message,
    })),
  )

const whoOf = ({ organisationId, kind, id, name }: Principal): Who => ({
  organisationId,
  actor: { kind, id, name },
})

/** @throws {Fault} `CONSENT_FOREIGN` for whoever has no session: a consent is a person's. */
function sessionOf(by: Principal): Session {
  if (by.sessionId === undefined)
    throw new Fault('CONSENT_FOREIGN', 'a consent is given by a person in a browser')
  return { ...whoOf(by), sessionHash: createHash('sha256').update(by.sessionId).digest() }
}

const sealedFromHere = (secrets: Readonly<Record<string, string>> = {}): Readonly<Record<string, Secret>> =>
  Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]))
