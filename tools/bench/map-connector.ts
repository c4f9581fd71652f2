import { loadConnector } from '../../src/manifest/compile.ts'
import type { Connector } from '../../src/model/connector.ts'

const MANIFEST = `
fairlead: 1
app: { id: acme-code, name: Acme Code, vendor: Acme, version: 1.0.0 }
connect:
  hosts: [api.acme.example]
  baseUrl: https://api.acme.example
  auth: [{ none: true }]
  check: { request: { get: /me } }
streams:
  audit:
    kind: activity
    request: { get: /audit }
    key: record._document_id
    window: { time: "record['@timestamp']" }
    map:
      common:
        status: success
        actor: { uid: record.actor_id, name: record.actor, email: record.external_identity_nameid }
        source:
          ip: record.actor_ip
          country: record.actor_location.country_code
          userAgent: record.user_agent
          requestId: record.request_id
      by: record.action
      events:
        org.add_member: { action: account.create, target: { uid: record.user_id, name: record.user } }
        org.remove_member: { action: account.delete, target: { uid: record.user_id, name: record.user } }
        org.update_member:
          action: role.grant
          severity: medium
          target: { uid: record.user_id, name: record.user }
          privileges: "['role:' + record.operation_type]"
        repo.create: { action: repository.create, resource: { uid: record.repo_id, name: record.repo } }
        repo.access:
          action: repository.update
          resource: { uid: record.repo_id, name: record.repo }
          changes: { before: record.previous_visibility, after: record.visibility }
        repo.destroy: { action: repository.delete, severity: medium, resource: { uid: record.repo_id, name: record.repo } }
        team.add_member:
          action: group.member.add
          group: { name: record.team }
          target: { uid: record.user_id, name: record.user }
        oauth_authorization.create:
          action: oauth.consent
          app: { name: record.programmatic_access_type }
          privileges: record.token_scopes.split(',')
        personal_access_token.create: { action: token.create, resource: { uid: record.token_id } }
        hook.create: { action: webhook.create, resource: { name: record.repo } }
        git.clone: { action: repository.clone, resource: { uid: record.repo_id, name: record.repo } }
      otherwise: { action: other, resource: { name: record.repo, uid: record.repo_id } }
`

/** The connector of the audit log in `map-records.ts`. */
export function mapConnector(): Connector {
  const { connector, complaints } = loadConnector({ 'connector.yaml': MANIFEST })
  if (connector === undefined) throw new Error(JSON.stringify(complaints, null, 2))
  return connector
}
