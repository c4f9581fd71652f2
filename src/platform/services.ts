import type { Services } from '../api/services.ts'
import { openHooks } from '../hooks/hooks.ts'
import { accountService } from './accounts.ts'
import { apiKeyService } from './api-keys.ts'
import { appService } from './apps.ts'
import { auditService } from './audit.ts'
import { connectionService } from './connections.ts'
import { exportService } from './exports.ts'
import { liveService } from './live.ts'
import { memberService } from './members.ts'
import type { Platform } from './open-platform.ts'
import { organisationService } from './organisation.ts'
import { outboxService } from './outbox.ts'
import { receiverPorts } from './receiver.ts'
import type { Recorder } from './record-ports.ts'
import { repetitionService } from './repetitions.ts'
import { savedQueryService } from './saved-queries.ts'
import { settingService } from './settings.ts'
import { accessService, signInService } from './sign-in.ts'
import { streamService } from './streams.ts'
import { webhookService } from './webhooks.ts'

/** Everything the API needs, made of an open platform. */
export function platformServices(platform: Platform, { version }: { readonly version: string }): Services {
  const { options, stores, catalog, identity, channel, queue, connect, exports, webhooks, clock } = platform
  const { control, activity } = stores
  const { publicUrl } = options
  const record: Recorder = (tx, { organisationId, kind, id, name }, change) =>
    identity.audit.record(tx, { organisationId, actor: { kind, id, name }, ...change })
  const kept = { control, clock, record }
  return {
    access: accessService(identity),
    signIn: signInService({ identity, publicUrl, version, hasSso: true }),
    apps: appService(control, catalog),
    connections: connectionService({
      control,
      queue,
      connect,
      catalog,
      activity,
      channel: telling(platform),
    }),
    streams: streamService({ control, queue, connect, activity, audit: identity.audit }),
    activity,
    accounts: accountService(control),
    savedQueries: savedQueryService(kept),
    exports: exportService(exports, kept),
    members: memberService({ identity, publicUrl, control }),
    apiKeys: apiKeyService({ ...kept, keys: identity.keys }),
    audit: auditService(control, identity.audit),
    settings: settingService(kept),
    organisation: organisationService(kept),
    webhooks: webhookService(webhooks, kept),
    hooks: openHooks(receiverPorts(platform)),
    live: liveService({ control, catalog, places: connect, channel, exportOf: exports.get }),
    repetitions: repetitionService(control, clock, platform.keyedHash),
    outbox: outboxService({ control, identity, hasMailServer: options.smtpUrl !== undefined }),
    health: { notReady: () => notReady(platform) },
  }
}

/** Changes of connections are told to those who watch, and to webhooks. */
function telling({ channel, webhooks, log }: Platform): Pick<Platform['channel'], 'tell'> {
  return {
    tell: (change) => {
      channel.tell(change)
      if (change.kind !== 'connection') return
      const { organisationId, connectionId } = change
      webhooks
        .tell(organisationId, 'connection.changed', { connectionId })
        .catch((error) => log({ level: 'error', engine: 'webhooks', message: String(error) }))
    },
  }
}

async function notReady({ stores }: Platform): Promise<readonly string[]> {
  const { control, activity } = stores
  const nobody = { fromMs: 0, toMs: 1, conditions: [] }
  const answers = await Promise.allSettled([control.pool.query('select 1'), activity.count('nobody', nobody)])
  return ['control data', 'activity'].filter((_, at) => answers[at]?.status === 'rejected')
}
