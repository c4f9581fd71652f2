import assert from 'node:assert/strict'
import type { Directus } from './directus.ts'
import { type Api, signIn } from './directus-api.ts'

const PASSWORD = 'Passw0rd!x'
/** More than one page of 100. */
const PLAIN_USERS = 112
const ARTICLES = 180
/** The address Ana signs in from. */
export const ANA_IP = '198.51.100.23'
export const STATIC_TOKEN = 'made-up-static-token-of-the-auditor'

/** Statuses of Directus, and the label each must become; `is_disabled` and `is_locked` follow from it. */
export const STATUSES: readonly (readonly [status: string, word: string])[] = [
  ['active', 'active'],
  ['suspended', 'suspended'],
  ['invited', 'invited'],
  ['draft', 'invited'],
  ['unverified', 'invited'],
  ['archived', 'deleted'],
]

/** What was done in the app, for the connector to find. */
export type World = {
  readonly users: Readonly<Record<string, string>>
}

/** People, roles, policies, content, flows, settings and sign-ins, by Directus's own API. */
export async function furnish(directus: Directus, admin: Api): Promise<World> {
  const users = await addPeople(admin)
  await signIn(directus, { email: 'ana@example.com', password: PASSWORD }, ANA_IP)
  const wrong = { email: 'ana@example.com', password: 'not hers' }
  for (let turn = 0; turn < 3; turn++) await assert.rejects(signIn(directus, wrong), /401/)
  await addContent(admin)
  await admin.ask('PATCH', '/settings', { auth_login_attempts: 10, public_registration: true })
  const flow = { name: 'Notify', trigger: 'webhook', status: 'active', accountability: 'all' }
  const { id } = (await admin.ask('POST', '/flows', flow)) as { id: string }
  await admin.ask('PATCH', `/flows/${id}`, { status: 'inactive' })
  return { users }
}

async function addPeople(admin: Api): Promise<Record<string, string>> {
  const add = async (path: string, body: unknown) =>
    String(((await admin.ask('POST', path, body)) as { id: string }).id)
  const editors = await add('/policies', { name: 'Editors', enforce_tfa: true })
  await admin.ask('PATCH', `/policies/${editors}`, { ip_access: ['198.51.100.0/24'] })
  const auditors = await add('/policies', { name: 'Auditors', admin_access: true, app_access: true })
  const role = await add('/roles', {
    name: 'Editor',
    policies: { create: [{ policy: { id: editors } }], update: [], delete: [] },
  })
  const users: Record<string, string> = {}
  for (const [status] of STATUSES)
    users[status] = await add('/users', {
      email: `${status}@example.com`,
      first_name: status,
      role,
      status: 'active',
    })
  users['ana'] = await add('/users', {
    email: 'ana@example.com',
    first_name: 'Ana',
    last_name: 'Ruiz',
    title: 'Editor',
    password: PASSWORD,
    role,
    status: 'active',
  })
  const auditor = { email: 'auditor@example.com', token: STATIC_TOKEN, status: 'active' }
  const own = { create: [{ policy: { id: auditors } }], update: [], delete: [] }
  users['auditor'] = await add('/users', { ...auditor, policies: own })
  for (const [status] of STATUSES) await admin.ask('PATCH', `/users/${users[status]}`, { status })
  const plain = Array.from({ length: PLAIN_USERS }, (_, index) => ({
    email: `user${index}@example.com`,
    status: 'active',
  }))
  await admin.ask('POST', '/users', plain)
  return users
}

async function addContent(admin: Api): Promise<void> {
  await admin.ask('POST', '/collections', { collection: 'articles', schema: {}, meta: {} })
  await admin.ask(
    'POST',
    '/items/articles',
    Array.from({ length: ARTICLES }, () => ({})),
  )
  await admin.ask('DELETE', '/items/articles/1')
}
