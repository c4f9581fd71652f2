/**
 * A page of an audit log for the mapping bench: flat records of about 900 bytes, with the field names that the public
 * reference of a well-known code host's audit log uses.
 */
export type AuditRecord = {
  readonly [key: string]: unknown
  readonly _document_id: string
  readonly '@timestamp': number
  readonly action: string
  readonly actor: string
  readonly actor_id: number
}

const PAGE_SIZE = 1000
const START_MS = Date.UTC(2026, 10, 20)

const ACTIONS = [
  ...[
    'org.add_member',
    'org.remove_member',
    'org.update_member',
    'repo.create',
    'repo.access',
    'repo.destroy',
  ],
  ...['team.add_member', 'oauth_authorization.create', 'personal_access_token.create', 'hook.create'],
  ...['git.clone', 'workflows.completed'],
]

/** As a page arrives: parsed from JSON text. */
export function auditPage(): readonly AuditRecord[] {
  return JSON.parse(
    JSON.stringify(Array.from({ length: PAGE_SIZE }, (_, i) => auditRecord(i))),
  ) as AuditRecord[]
}

function auditRecord(index: number): AuditRecord {
  const person = (index * 7) % 97
  const other = (index * 13) % 97
  const repository = index % 31
  return {
    '@timestamp': START_MS + index * 1733,
    _document_id: `vNh7J${index}x_dKp2Lm9QwErTy`,
    action: ACTIONS[index % ACTIONS.length]!,
    actor: `user-${person}`,
    actor_id: 10_000 + person,
    actor_ip: `198.51.100.${index % 250}`,
    actor_is_bot: person === 0,
    actor_location: { country_code: ['DE', 'US', 'IN', 'BR'][index % 4]! },
    business: 'acme-enterprise',
    business_id: 812,
    created_at: START_MS + index * 1733,
    external_identity_nameid: `user-${person}@acme.example`,
    hashed_token: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    operation_type: ['create', 'modify', 'remove', 'access'][index % 4]!,
    org: 'acme',
    org_id: 4242,
    programmatic_access_type: 'OAuth access token',
    public_repo: repository % 7 === 0,
    repo: `acme/service-${repository}`,
    repo_id: 900_000 + repository,
    request_id: `7C9E:${index}:4F2A1B:5D3C2E:673A`,
    request_category: 'web',
    team: `acme/team-${index % 11}`,
    token_id: 77_000 + person,
    token_scopes: 'admin:org,gist,repo,user',
    user: `user-${other}`,
    user_id: 10_000 + other,
    user_agent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    ...(index % 5 < 2 && { visibility: 'private', previous_visibility: 'internal' }),
  }
}
