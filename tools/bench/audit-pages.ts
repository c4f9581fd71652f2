/**
 * Pages of an invented audit log for the benchmarks: records of about 900 bytes in the shape such logs commonly have, every one
 * with an id of its own.
 */
export const PAGE_SIZE = 1000
export const START_MS = Date.UTC(2026, 10, 1)

const EVENTS = [
  'user.login',
  'user.login_failed',
  'repo.create',
  'repo.download_zip',
  'org.add_member',
  'org.remove_member',
  'team.add_member',
  'oauth_access.create',
  'protected_branch.update',
  'hook.create',
] as const

/** Everything of a record but its id and time, as JSON text in two halves; one for each place in a page. */
const HALVES = Array.from({ length: PAGE_SIZE }, (_, index) => {
  const person = index % 97
  const rest = {
    action: EVENTS[index % EVENTS.length],
    actor: {
      login: `user-${person}`,
      id: 10_000 + person,
      email: `user-${person}@acme.example`,
      is_bot: person === 0,
    },
    actor_ip: `198.51.100.${index % 250}`,
    actor_location: { country_code: ['DE', 'US', 'IN', 'BR'][index % 4], region: 'Region', city: 'City' },
    user_agent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    org: 'acme',
    org_id: 4242,
    repository: {
      name: `acme/service-${index % 31}`,
      id: 900_000 + (index % 31),
      visibility: index % 7 === 0 ? 'public' : 'private',
    },
    target: { login: `user-${(person + 13) % 97}`, id: 10_000 + ((person + 13) % 97) },
    request: {
      id: `7C9E:${index}:4F2A1B:5D3C2E`,
      method: 'POST',
      category: 'web',
      path: `/orgs/acme/settings/${index % 19}`,
    },
    token_scopes: ['repo', 'admin:org', 'read:audit_log'],
    programmatic_access_type: 'OAuth access token',
    business: 'acme-enterprise',
    note: 'x'.repeat(120),
  }
  return `,${JSON.stringify(rest).slice(1)}`
})

/** The body of one page: `{"entries":[…],"next":"…"}`; the last page has no `next`. */
export function pageText(page: number, pages: number): string {
  const records = HALVES.map((rest, index) => {
    const serial = page * PAGE_SIZE + index
    return `{"id":"evt-${serial}","created_at":${START_MS + serial}${rest}`
  })
  return `{"entries":[${records.join(',')}],"next":${page + 1 < pages ? `"${page + 1}"` : 'null'}}`
}
