import { loadConnector } from '../../src/manifest/compile.ts'
import type { Connector } from '../../src/model/connector.ts'

/** The connector of the invented audit log in `audit-pages.ts`. */
const MANIFEST = `
fairlead: 1
app: { id: acme, name: Acme, vendor: Acme, version: 1.0.0 }
connect:
  hosts: [api.acme.example]
  baseUrl: https://api.acme.example
  auth: [{ none: true }]
  check: { request: { get: /me } }
streams:
  audit:
    kind: activity
    request: { get: /audit }
    page: { next: token, from: response.body.next, to: query.page, size: 1000 }
    records: response.body.entries
    key: record.id
    window: { time: record.created_at }
    map:
      common:
        time: record.created_at
        status: success
        actor: { uid: string(int(record.actor.id)), name: record.actor.login, email: record.actor.email }
        source: { ip: record.actor_ip, userAgent: record.user_agent, country: record.actor_location.country_code }
      by: record.action
      events:
        user.login: { action: login }
        user.login_failed: { action: login, status: failure }
        repo.create: { action: repository.create, resource: { uid: string(int(record.repository.id)), name: record.repository.name } }
        repo.download_zip: { action: repository.clone, resource: { uid: string(int(record.repository.id)), name: record.repository.name } }
        org.add_member: { action: account.create, target: { uid: string(int(record.target.id)), name: record.target.login } }
        org.remove_member: { action: account.delete, target: { uid: string(int(record.target.id)), name: record.target.login } }
        team.add_member: { action: group.member.add, group: { name: record.org }, target: { uid: string(int(record.target.id)), name: record.target.login } }
        oauth_access.create: { action: oauth.consent, privileges: record.token_scopes, app: { name: record.programmatic_access_type } }
        protected_branch.update: { action: protection.update, severity: medium, resource: { name: record.repository.name } }
        hook.create: { action: webhook.create, resource: { uid: record.request.id, name: record.request.path } }
      otherwise: { action: other }
`

export function auditConnector(): Connector {
  const { connector, complaints } = loadConnector({ 'connector.yaml': MANIFEST })
  if (connector === undefined) throw new Error(JSON.stringify(complaints, null, 2))
  return connector
}
