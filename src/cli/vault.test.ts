import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import { platformEngines } from '../platform/engines.ts'
import { openStores } from '../platform/open-stores.ts'
import { platformOptions } from '../platform/options.ts'
import { withEngines } from '../store/engines/testing.ts'
import { main } from './main.ts'

const engines = await withEngines({ after })
const [OLD, NEW] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
const envWith = (...keys: readonly string[]) => ({
  FAIRLEAD_DIRECTORY: join(engines.directory, 'platform'),
  DATABASE_URL: engines.databaseUrl,
  CLICKHOUSE_URL: engines.clickhouseUrl,
  FAIRLEAD_ROOT_KEY: keys.join(' '),
})

const vault = (keys: readonly string[], ...words: readonly string[]) => command(keys, ['vault', ...words])

async function command(keys: readonly string[], words: readonly string[]) {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const said = Promise.all([text(stdout), text(stderr)])
  const { signal } = new AbortController()
  const around = { isInteractive: false, hasColor: false, env: envWith(...keys), signal }
  const code = await main(words, { stdout, stderr, stdin, ...around })
  stdout.end()
  stderr.end()
  const [out, errors] = await said
  return { code, out, errors }
}

async function withStores<T>(
  key: string,
  work: (stores: Awaited<ReturnType<typeof openStores>>) => Promise<T>,
) {
  const options = platformOptions(envWith(key))
  const engines = platformEngines(options, () => undefined)
  const stores = await openStores(options, { clock: systemClock, engines })
  try {
    return await work(stores)
  } finally {
    await stores.close()
  }
}

test('keys are checked, rotated and rewrapped from the command line, and what was sealed still opens', async () => {
  const owner = { organisationId: 'org-1', subject: 'con_1', purpose: 'secrets' } as const
  const secrets = await withStores(OLD, async ({ control, vault: opened }) => {
    const sealed = await opened.seal(new Secret('a key'), owner)
    await control.within('org-1', (tx) =>
      tx
        .insertInto('connection')
        .values({
          ...{ id: 'con_1', organisation_id: 'org-1', app_id: 'a', connector_digest: 'd', name: 'n' },
          ...{ status: 'active', features: [], settings: '{}', secrets: sealed, created_by: 'ada' },
        })
        .execute(),
    )
    return sealed
  })
  assert.deepEqual((await vault([OLD])).code, 0)
  const rotated = await vault([OLD], '--rotate')
  assert.match(rotated.out, /^org-1: data key 2, 1 values were sealed anew$/m)
  const half = await vault([NEW, OLD])
  assert.equal(half.code, 1)
  assert.match(half.out, /still wraps data keys/)
  const rewrapped = await vault([NEW, OLD], '--rewrap')
  assert.deepEqual([rewrapped.code, rewrapped.out.split('\n')[0]], [0, '3 data keys were wrapped anew'])
  const wrong = await vault([OLD])
  assert.equal(wrong.code, 1)
  assert.match(wrong.errors, /VAULT_KEY_WRONG/)
  assert.ok(![OLD, NEW].some((key) => (wrong.errors + half.out).includes(key)))
  await withStores(NEW, async ({ control, vault: opened }) => {
    const row = await control.within('org-1', (tx) =>
      tx.selectFrom('connection').select('secrets').executeTakeFirstOrThrow(),
    )
    assert.notDeepEqual(row.secrets, secrets)
    assert.equal((await opened.open(row.secrets!, owner)).reveal(), 'a key')
  })
  const doctor = async (key: string) => (await command([key], ['doctor'])).out
  assert.match(await doctor(NEW), /^ok {4}root key: [0-9a-f]{16}, from FAIRLEAD_ROOT_KEY$/m)
  assert.match(await doctor(OLD), /^WRONG root key: .*data keys are wrapped by/m)
  assert.match(await doctor('short'), /^WRONG root key: .*32 bytes in base64/m)
  const nobody = await vault([NEW], '--rotate', '--organisation', 'org-9')
  assert.match(nobody.errors, /NOT_FOUND/)
})
