import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { ConnectPorts, Way } from '../connect/ports.ts'
import { openEgress } from '../egress/egress.ts'
import { openExports } from '../exports/exports.ts'
import { openIdentity } from '../identity/identity.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Secret } from '../lib/secret.ts'
import type { Mailer } from '../mail/mailer.ts'
import { outboxMailer } from '../mail/outbox.ts'
import type { Connector } from '../model/connector.ts'
import type { EngineLog } from '../store/engines/supervise.ts'
import { openChangeChannel } from '../store/postgres/change-channel.ts'
import { openQueue } from '../store/postgres/queue.ts'
import { openWebhooks } from '../webhooks/webhooks.ts'
import type { Catalog } from './catalog.ts'
import type { PlatformEngines } from './engines.ts'
import { identityProviders } from './identity-providers.ts'
import { secretFile } from './key-file.ts'
import { openStores, type Stores } from './open-stores.ts'
import { exportsFolder, type PlatformOptions } from './options.ts'

export type PlatformSurroundings = {
  /** Begun as early as can be: everything else is loaded while they start. */
  readonly engines: Promise<PlatformEngines>
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: EngineLog
  /** How an app is reached when not by the open network: the demo's. */
  readonly wayTo?: (connector: Connector) => Way
  readonly isDemo?: boolean
}

/** Every part of the platform in this process, ready to be served or worked with. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>

/**
 * Opens the platform: stores, vault, catalog, identity, queue. What serves the API and what works on streams are made of it.
 *
 * @throws {Fault} as `openStores`; `MANIFEST_INVALID` for a connector that does not check.
 */
export async function openPlatform(options: PlatformOptions, around: PlatformSurroundings) {
  const { clock, log, catalog, engines } = around
  const stores = await openStores(options, { clock, engines })
  const { control, activity, vault } = stores
  const authSecret = await authSecretOf(options)
  const mail = await mailerOf(options, stores, clock)
  const identity = openIdentity({
    ...{ control, clock, mail },
    publicUrl: options.publicUrl,
    secret: authSecret,
    ...identityProviders(options.internalProviders),
    internalProviders: options.internalProviders,
    signUp: options.signUp,
    saml: options.saml,
    isDemo: around.isDemo ?? false,
    log: (level, message) =>
      log({ level: level === 'error' ? 'error' : 'warn', engine: 'identity', message }),
  })
  const channel = openChangeChannel(control.pool, stores.engines.databaseUrl)
  const [queue] = await Promise.all([openQueue(control.pool), identity.migrate()])
  const connect: ConnectPorts = {
    ...{ control, vault, clock },
    connectors: connectorsOf(catalog),
    publicUrl: options.publicUrl,
    wayTo: around.wayTo ?? (() => ({})),
    audit: (tx, entry) => identity.audit.record(tx, entry),
  }
  const webhooks = openWebhooks({
    ...{ control, vault, clock },
    openWay: (host) => openEgress({ hosts: [host] }),
  })
  const exports = await openExports({
    ...{ control, activity, clock },
    folder: exportsFolder(options.directory),
    changed: (organisationId, { id, format, state, events, bytes }) => {
      channel.tell({ kind: 'export', organisationId, exportId: id })
      if (state !== 'done') return
      webhooks
        .tell(organisationId, 'export.done', { id, format, events, bytes })
        .catch((error) => log({ level: 'error', engine: 'webhooks', message: String(error) }))
    },
  })
  return {
    ...{ options, stores, catalog, identity, channel, queue, connect, webhooks, exports, clock, log },
    /** Keyed: a hash that helps nobody to guess what was hashed. */
    keyedHash: (text: string) => createHmac('sha256', authSecret.reveal()).update(text).digest(),
    close: async () => {
      await exports.close()
      await queue.close()
      await channel.close()
      mail.close()
      await stores.close()
    },
  }
}

function connectorsOf(catalog: Catalog): ConnectPorts['connectors'] {
  return {
    newest: catalog.find,
    ofVersion: (appId, digest) => {
      const connector = catalog.find(appId)
      return connector?.digest === digest ? connector : undefined
    },
  }
}

/** One secret for all processes: with a database of its own the platform has several, so it must be given. */
function authSecretOf({ authSecret, databaseUrl, directory }: PlatformOptions): Promise<Secret> | Secret {
  if (authSecret !== undefined) return authSecret
  if (databaseUrl === undefined) return secretFile(join(directory, 'auth.key'))
  throw new Fault('SETTING_MISSING', 'FAIRLEAD_AUTH_SECRET: with DATABASE_URL every process needs the same')
}

async function mailerOf(
  { smtpUrl, mailFrom }: PlatformOptions,
  { control }: Stores,
  clock: Clock,
): Promise<Mailer> {
  if (smtpUrl === undefined) return outboxMailer(control, clock)
  return (await import('../mail/smtp.ts')).smtpMailer(smtpUrl, mailFrom)
}
