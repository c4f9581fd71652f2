import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KEY_SCOPES, type Principal } from '../identity/permissions.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { fillOrganisation } from './testing/fill.ts'
import {
  bodyFor,
  type Listed,
  operationsOf,
  ownAddresses,
  unknownAddress,
  wholeBodyFor,
} from './testing/operations.ts'
import { type Ask, openTestPlatform, serveTestApi, type TestApi } from './testing/test-api.ts'

// Abuse test 14: every route of the document with another organisation's ids, without a session, and with a key that may not.

const MARK = 'CANARYHARBOUR'
const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform)
const owner = await api.signIn('customer')
const stranger = await api.signIn('operator')
const operations = operationsOf(api.document)
let theirs: ReadonlyMap<string, string>

before(async () => {
  await fillOrganisation(platform, owner, MARK)
  await fillOrganisation(platform, stranger, 'OPERATOR')
  theirs = await ownAddresses(api.document, owner)
})

const withoutId = (text: string) => text.replace(/"requestId":"[^"]*"/, '')
/** What everybody has alike, such as apps of the catalog, is nobody's. */
const isShared = (own: string, mine: string | undefined) => own === mine

/** Asks every route with the owner's ids as somebody else, and says what was answered that should not be. */
async function leaksTo(asker: Ask, { of = api, mine }: { of?: TestApi; mine: ReadonlyMap<string, string> }) {
  const leaks: string[] = []
  for (const listed of operations.filter(({ path }) => path.includes('{'))) {
    const { method, path } = listed
    const own = theirs.get(path) ?? ''
    if (isShared(own, mine.get(path))) continue
    const body = bodyFor(listed, of.document)
    const foreign = await asker(method, own, body === undefined ? {} : { body })
    const unknown = await asker(method, unknownAddress(path), body === undefined ? {} : { body })
    if (foreign.status !== 404) leaks.push(`${method} ${path}: ${foreign.status} ${foreign.text}`)
    else if (withoutId(foreign.text) !== withoutId(unknown.text))
      leaks.push(`${method} ${path}: ${foreign.text} is not ${unknown.text}`)
  }
  return leaks
}

/** Every id of the owner: of the organisation, its people, and whatever they have. */
async function foreignIds(): Promise<readonly string[]> {
  const { user, organisation } = (await owner('GET', '/api/v1/me')).json as Record<string, { id: string }>
  const parts = [...theirs.values()].flatMap((address) => address.split('/').map(decodeURIComponent))
  return [...new Set([user?.id ?? '', organisation?.id ?? '', ...parts.filter((part) => part.length > 15)])]
}

/**
 * Asks every list, below the asker's own things where it is below something, with the owner's ids and cursors in every parameter, and
 * says where the owner's mark turned up.
 */
async function marksIn(asker: Ask, mine: ReadonlyMap<string, string>): Promise<string[]> {
  const marked: string[] = []
  const words = [MARK, ...(await foreignIds())]
  for (const { method, path, operation } of operations) {
    if (method !== 'GET') continue
    const names = (operation.parameters ?? [])
      .filter(({ in: place, schema }) => place === 'query' && schema['type'] !== 'integer')
      .map(({ name }) => name)
    const first = await owner('GET', `${theirs.get(path) ?? path}?limit=1`)
    const cursor = (first.json as { next?: string } | undefined)?.next
    const queries = names.flatMap((name) => {
      const values = name === 'where' ? words.map((word) => `connection:is:${word}`) : words
      return [...values, ...(name === 'after' && cursor !== undefined ? [cursor] : [])].map((value) => ({
        [name]: value,
      }))
    })
    for (const query of [{}, ...queries]) {
      const address = `${mine.get(path) ?? path}?${new URLSearchParams(query)}`
      const { status, text } = await asker('GET', address)
      assert.ok(status < 500, `${address}: ${status} ${text}`)
      if (status === 200 && text.includes(MARK)) marked.push(address)
    }
  }
  return marked
}

test('the owner sees what the others are kept from: the ids are right, and the mark is there', async () => {
  for (const { method, path } of operations.filter((listed: Listed) => listed.method === 'GET')) {
    if (!path.includes('{')) continue
    const { status, text } = await owner(method, theirs.get(path) ?? '')
    assert.equal(status, 200, `${path}: ${text}`)
  }
  assert.ok((await marksIn(owner, theirs)).length > 10)
})

test('with another organisation’s ids every route answers as for ids nobody has', async () => {
  const mine = await ownAddresses(api.document, stranger)
  assert.deepEqual(await leaksTo(stranger, { mine }), [])
  assert.deepEqual(await ownAddresses(api.document, owner), theirs, 'and nothing was changed')
})

test('no list, filter or cursor shows another organisation’s things', async () => {
  assert.deepEqual(await marksIn(stranger, await ownAddresses(api.document, stranger)), [])
})

/** A body with one of its texts replaced, for each of its texts. */
function withEach(body: unknown, text: string): readonly unknown[] {
  if (typeof body === 'string') return [text]
  if (Array.isArray(body)) return body.flatMap((item) => withEach(item, text)).map((item) => [item])
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, value]) =>
    withEach(value, text).map((changed) => ({ ...body, [name]: changed })),
  )
}

test('no body with another organisation’s ids in any of its texts shows or changes anything there', async () => {
  const mine = await ownAddresses(api.document, stranger)
  const me = (await stranger('GET', '/api/v1/me')).json
  const ids = await foreignIds()
  let tried = 0
  for (const listed of operations) {
    const { method, path, operation } = listed
    // They end what the next question needs.
    if (operation['x-permission'] === undefined || operation.operationId === 'deleteOrganisation') continue
    for (const body of ids.flatMap((id) => withEach(wholeBodyFor(listed, api.document), id))) {
      const { status, text } = await stranger(method, mine.get(path) ?? path, { body })
      assert.ok(status < 500 && !text.includes(MARK), `${method} ${path} ${JSON.stringify(body)}: ${text}`)
      tried++
    }
  }
  assert.ok(tried > 100, String(tried))
  assert.deepEqual((await stranger('GET', '/api/v1/me')).json, me, 'still in the same organisation')
  assert.deepEqual(await ownAddresses(api.document, owner), theirs)
})

test('whoever belongs to no organisation is told so by every route, and gets nobody’s', async () => {
  const viewer = await api.signIn('viewer')
  const { user } = (await viewer('GET', '/api/v1/me')).json as { user: { id: string } }
  await platform.stores.control.pool.query('delete from identity.member where "userId" = $1', [user.id])
  for (const listed of operations) {
    const { method, path, operation } = listed
    if ([undefined, 'signed-in'].includes(operation['x-permission'])) continue
    const body = bodyFor(listed, api.document)
    const { status, json, text } = await viewer(
      method,
      theirs.get(path) ?? path,
      body === undefined ? {} : { body },
    )
    const { code } = (json as { error: { code: string } }).error
    assert.deepEqual([status, code], [400, 'ORGANISATION_NEEDED'], `${method} ${path}: ${text}`)
  }
  assert.equal((await viewer('GET', '/api/v1/events')).status, 400)
  const { organisation } = (await owner('GET', '/api/v1/me')).json as { organisation: { id: string } }
  const body = { organisationId: organisation.id }
  assert.equal((await viewer('POST', '/api/v1/organisation/switch', { body })).status, 404)
  assert.equal((await owner('POST', '/api/v1/organisation/switch', { body })).status, 204, 'control')
})

test('without a session no route answers with data', async () => {
  const nobody = api.asker()
  for (const listed of operations) {
    const { method, path, operation } = listed
    if (operation['x-permission'] === undefined) continue
    const body = bodyFor(listed, api.document)
    for (const address of [theirs.get(path) ?? path, unknownAddress(path)]) {
      const { status, text } = await nobody(method, address, body === undefined ? {} : { body })
      assert.equal(status, 401, `${method} ${address}: ${text}`)
      assert.ok(!text.includes(MARK))
    }
  }
  assert.equal((await nobody('GET', '/api/v1/events')).status, 401)
})

test('a key without the permission is refused by every route', async () => {
  const keyWith = async (scope: string): Promise<Ask> => {
    const { json } = await owner('POST', '/api/v1/api-keys', { body: { name: scope, scopes: [scope] } })
    return api.asker({ authorization: `Bearer ${(json as { key: string }).key}` })
  }
  const saver = await keyWith('query.save')
  const auditor = await keyWith('audit.read')
  for (const listed of operations) {
    const { method, path, operation } = listed
    const needed = operation['x-permission']
    if (needed === undefined || needed === 'signed-in') continue
    const body = bodyFor(listed, api.document)
    const ask = needed === 'query.save' ? auditor : saver
    const { status, text } = await ask(method, theirs.get(path) ?? path, body === undefined ? {} : { body })
    assert.equal(status, 403, `${method} ${path}: ${text}`)
  }
})

test('control: without row-level security the same questions find leaks', async () => {
  const { control } = platform.stores
  const open: ControlStore = { ...control, within: (_, work) => control.asPlatform(work) }
  const leaky = { ...platform, stores: { ...platform.stores, control: open } }
  const leakyApi = await serveTestApi({ after }, leaky)
  const asker = await leakyApi.signIn('operator')
  const reads = operations.filter(({ method, path }) => method === 'GET' && path.includes('{'))
  const answers = await Promise.all(reads.map(({ path }) => asker('GET', theirs.get(path) ?? '')))
  assert.ok(answers.filter(({ status, text }) => status === 200 && text.includes(MARK)).length >= 3)
})

test('control: where everybody passes as the owner, whoever has no session is answered with data', async () => {
  const { json } = await owner('GET', '/api/v1/me')
  const { user, organisation } = json as { user: { id: string }; organisation: { id: string } }
  const everybody: Principal = {
    ...{ kind: 'user', id: user.id, name: 'everybody', organisationId: organisation.id, role: 'admin' },
    ...{ scopes: KEY_SCOPES, connectionIds: [], sessionId: undefined },
  }
  const open = await serveTestApi({ after }, platform, {
    mend: (services) => ({ ...services, access: { principalOf: async () => everybody } }),
  })
  const { status, text } = await open.asker()('GET', theirs.get('/api/v1/connections/{id}') ?? '')
  assert.equal(status, 200)
  assert.ok(text.includes(MARK))
})
