import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import type { Kept } from '../model/credential.ts'
import { openAuthorizer } from './authorizer.ts'
import type { FileKey } from './file-key.ts'
import type { HeldGrant } from './grant.ts'
import { grantBinding, openGrantFile } from './grant-file.ts'
import { unseal } from './seal.ts'
import { acme, contextOf, GET_USERS, inputOf, TOKEN_URL } from './testing/acme.ts'

const GRANT: HeldGrant = {
  accessToken: new Secret('CANARY-access'),
  refreshToken: new Secret('CANARY-refresh'),
  expiresAt: 2_000_000_000_000,
  refreshAt: 1_900_000_000_000,
  scopes: ['a'],
  kept: new Secret<Kept>({ id: 98765432109876543210n, url: 'https://eu.acme.example' }),
  generation: 3,
}

type Other = { readonly key?: FileKey; readonly binding?: string }

async function opened(t: TestContext, name = '') {
  const folder = await mkdtemp(join(tmpdir(), `fairlead-grant-${name}`))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'deep', 'acme.grant')
  const own = { path, key: Buffer.alloc(32, 1), binding: 'b', clock: systemClock, random: randomBytes }
  const storeWith = (other: Other) => openGrantFile({ ...own, ...other })
  return { path, folder: join(folder, 'deep'), store: storeWith({}), storeWith }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

function shown({ accessToken, refreshToken, kept, ...rest }: HeldGrant) {
  return { ...rest, kept: kept.reveal(), access: accessToken.reveal(), refresh: refreshToken?.reveal() }
}

test('a grant comes back from the file as it went in; before that there is none', async (t) => {
  const { store, storeWith } = await opened(t)
  assert.equal(await store.read(), undefined)
  await store.update(async () => GRANT)
  assert.deepEqual(shown((await storeWith({}).read())!), shown(GRANT))
  const { refreshToken: _, expiresAt: __, refreshAt: ___, scopes: ____, ...least } = GRANT
  await store.update(async () => least)
  assert.deepEqual(shown((await storeWith({}).read())!), shown(least))
})

test('the file is for its owner only, holds nothing in the clear, and nothing else is left beside it', async (t) => {
  const { store, path, folder } = await opened(t)
  await store.update(async () => GRANT)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  assert.ok(!(await readFile(path, 'latin1')).includes('CANARY'))
  assert.deepEqual((await readdir(folder)).sort(), ['acme.grant', 'acme.grant.lock'])
  assert.deepEqual(await readdir(`${path}.lock`), [])
})

test('a file that others could read is closed to them by the next update', async (t) => {
  const { store, path } = await opened(t)
  await store.update(async () => GRANT)
  await chmod(path, 0o644)
  await store.update(async (current) => ({ ...current!, generation: 4 }))
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('a change that fails leaves the old grant and the lock free', async (t) => {
  const { store } = await opened(t)
  await store.update(async () => GRANT)
  await assert.rejects(
    store.update(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal((await store.read())?.generation, 3)
  await store.update(async (current) => ({ ...current!, generation: 4 }))
  assert.equal((await store.read())?.generation, 4)
})

test('a worker whose lock was taken away writes nothing', async (t) => {
  const { store, path } = await opened(t)
  await store.update(async () => GRANT)
  const late = store.update(async (current) => {
    await rm(`${path}.lock`, { recursive: true })
    return { ...current!, generation: 4 }
  })
  await assert.rejects(late, { code: 'SOURCE_UNAVAILABLE' })
  assert.equal((await store.read())?.generation, 3)
})

test('a grant that is left as it is is not written again', async (t) => {
  const { store, path } = await opened(t)
  await store.update(async () => GRANT)
  const before = await readFile(path, 'utf8')
  await store.update(async (current) => current!)
  assert.equal(await readFile(path, 'utf8'), before)
})

const foreign: readonly [
  what: string,
  parts: { readonly key?: Buffer; readonly binding?: string },
  why: RegExp,
][] = [
  ['of other hosts', { binding: 'other' }, /belongs to another app, auth method or set of hosts/],
  ['sealed with another key', { key: Buffer.alloc(32, 2) }, /sealed with another key/],
]
for (const [what, parts, message] of foreign) {
  test(`a grant ${what} cannot be read, and a new one takes its place`, async (t) => {
    const { store, storeWith } = await opened(t)
    await store.update(async () => GRANT)
    const other = storeWith(parts)
    await assert.rejects(other.read(), { code: 'CREDENTIAL_MISSING', message })
    await other.update(async (current) => {
      assert.equal(current, undefined)
      return { ...GRANT, generation: 1 }
    })
    assert.equal((await other.read())?.generation, 1)
  })
}

const WORDS = new Secret('correct horse battery staple')

test('words are stretched with a salt that stands in the file: the same words seal no two files alike', async (t) => {
  const heads = new Set<string>()
  for (const folder of ['one', 'two']) {
    const { path, storeWith } = await opened(t, folder)
    await storeWith({ key: WORDS }).update(async () => GRANT)
    await storeWith({ key: WORDS }).update(async (current) => ({ ...current!, generation: 4 }))
    assert.equal((await storeWith({ key: WORDS }).read())?.generation, 4)
    const text = await readFile(path, 'utf8')
    assert.match(text, /^fairlead-scrypt-1:[\w-]{22}\nfairlead-sealed-1:/)
    const [salt, sealed] = text.split('\n')
    heads.add(salt!).add(sealed!.split(':')[1]!)
    const unstretched = unseal(sealed!, { key: sha256(WORDS.reveal()), binding: 'b' })
    assert.deepEqual(unstretched, { problem: 'other key' })
  }
  assert.equal(heads.size, 4)
})

test('a file of before salts is read with its words, and gets a salt with the next change', async (t) => {
  const { path, storeWith } = await opened(t)
  await storeWith({ key: sha256(WORDS.reveal()) }).update(async () => GRANT)
  assert.ok((await readFile(path, 'utf8')).startsWith('fairlead-sealed-1:'))
  assert.deepEqual(shown((await storeWith({ key: WORDS }).read())!), shown(GRANT))
  await storeWith({ key: WORDS }).update(async (current) => ({ ...current!, generation: 4 }))
  assert.ok((await readFile(path, 'utf8')).startsWith('fairlead-scrypt-1:'))
  assert.equal((await storeWith({ key: WORDS }).read())?.generation, 4)
})

const others: readonly [what: string, key: FileKey, change: (text: string) => string][] = [
  ['other words', new Secret('correct horse battery stable'), (text) => text],
  ['another salt', WORDS, (text) => text.replace(/:.{3}/, ':AAA')],
  ['no salt', WORDS, (text) => text.slice(text.indexOf('\n') + 1)],
  ['a key of bytes', Buffer.alloc(32, 1), (text) => text],
]
for (const [what, key, change] of others) {
  test(`a file sealed with words does not open with ${what}`, async (t) => {
    const { path, storeWith } = await opened(t)
    await storeWith({ key: WORDS }).update(async () => GRANT)
    await writeFile(path, change(await readFile(path, 'utf8')))
    await assert.rejects(storeWith({ key }).read(), { code: 'CREDENTIAL_MISSING', message: /another key/ })
  })
}

test('a damaged file is said to be damaged, and is not written over', async (t) => {
  const { store, path } = await opened(t)
  await store.update(async () => GRANT)
  const text = await readFile(path, 'utf8')
  await writeFile(path, `${text.slice(0, -10)}AAAAAAAAAA`)
  await assert.rejects(store.read(), { code: 'STATE_UNREADABLE' })
  await assert.rejects(
    store.update(async () => GRANT),
    { code: 'STATE_UNREADABLE' },
  )
})

test('a grant is bound to the app, the method and the hosts, whatever their order and case', () => {
  const auth = [{ apiKey: {} }, { name: 'Other', basic: {} }]
  const binding = (hosts: readonly string[], name?: string, team = 'x') => {
    const connector = acme(auth, {
      hosts: ['api.acme.example', ...hosts],
      settings: { team: { pattern: '^[a-z]+$' } },
    })
    return grantBinding(connector, {
      ...inputOf({}, { team }),
      ...(name === undefined ? {} : { auth: name }),
    })
  }
  const own = binding(['{{ settings.team }}.acme.example', 'b.example'])
  assert.equal(binding(['B.example', '{{ settings.team }}.acme.example']), own)
  for (const other of [
    binding(['{{ settings.team }}.acme.example']),
    binding(['{{ settings.team }}.acme.example', 'b.example'], 'Other'),
    binding(['{{ settings.team }}.acme.example', 'b.example'], undefined, 'y'),
  ])
    assert.notEqual(other, own)
})

test('an app whose hosts changed must be connected again when that takes a person', async (t) => {
  const { store, storeWith } = await opened(t)
  await store.update(async () => GRANT)
  const plan = { grant: 'authorization_code', authorizationUrl: TOKEN_URL, tokenUrl: TOKEN_URL }
  const input = inputOf({ client_id: 'i', client_secret: 's' })
  const context = contextOf(acme({ oauth2: plan }), { input, store: storeWith({ binding: 'new hosts' }) })
  await assert.rejects(openAuthorizer(context).authorize(GET_USERS), {
    code: 'CREDENTIAL_MISSING',
    message: /set of hosts/,
  })
})
