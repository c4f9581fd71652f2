import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import Fastify from 'fastify'
import { isPermission, scopesOf } from '../identity/permissions.ts'
import { object, text } from './schema/common.ts'
import type { Services } from './services.ts'
import { anyBody, anyQuery, GRABS } from './testing/any-request.ts'
import { fillOrganisation } from './testing/fill.ts'
import {
  type Listed,
  operationsOf,
  ownAddresses,
  unknownAddress,
  wholeBodyFor,
} from './testing/operations.ts'
import { type Answer, type Ask, openTestPlatform, serveTestApi, type TestApi } from './testing/test-api.ts'
import { requestValidator } from './validation.ts'

// Abuse test 16: requests made of the OpenAPI document, most of them nearly right. FAIRLEAD_FUZZ_RUNS=100000 for a long run, with a
// FAIRLEAD_FUZZ_SEED for another one.

const RUNS = Number(process.env['FAIRLEAD_FUZZ_RUNS'] ?? 2000)
const SEED = Number(process.env['FAIRLEAD_FUZZ_SEED'] ?? 20261128)
const failures: unknown[] = []
const platform = await openTestPlatform({ after })
const log = ({ err }: { err: unknown }) => void failures.push(err)
const api = await serveTestApi({ after }, platform, { log })
const operations = operationsOf(api.document)
const PEOPLE = ['customer', 'analyst'] as const
let addresses: ReadonlyMap<string, string>

/** Before anything else is asked: the requests use up how often one may sign in. */
const signedIn = await askersOf(api)

before(async () => {
  const admin = signedIn.get('customer')!
  await fillOrganisation(platform, admin, 'FUZZ')
  addresses = await ownAddresses(api.document, admin)
})

/** What ends what the other questions need, and what would call an app: asked for what nobody has. */
const FOR_NOTHING = [
  'removeConnection',
  'removeMember',
  'changeRole',
  'revokeApiKey',
  'disconnectConnection',
  'deleteWebhook',
  'testWebhook',
  'testConnection',
]

type Case = {
  readonly person: (typeof PEOPLE)[number]
  readonly listed: Listed
  readonly body: unknown
  readonly query: readonly (readonly [string, string])[]
}

const withBody = operations.filter(({ operation }) => operation.requestBody !== undefined)
// There are three without a body for each that takes one, and less can be wrong with them.
const anyOperation = fc.oneof(fc.constantFrom(...operations), fc.constantFrom(...withBody))
const anyCase: Arbitrary<Case> = anyOperation.chain((listed) =>
  fc.record({
    person: fc.constantFrom(...PEOPLE),
    listed: fc.constant(listed),
    body: anyBody(listed, api.document),
    query: anyQuery(listed),
  }),
)

function addressOf({ listed: { path, operation }, query }: Case): string {
  const isForNothing = FOR_NOTHING.includes(operation.operationId)
  const address = isForNothing ? unknownAddress(path) : (addresses.get(path) ?? path)
  return query.length === 0 ? address : `${address}?${new URLSearchParams(query.map(([...pair]) => pair))}`
}

/** Names of a body that its operation does not know. */
function unknownNames({ listed: { operation }, body }: Case): readonly string[] {
  const schema = operation.requestBody?.content['application/json']?.schema
  const { $ref: ref } = schema ?? {}
  const whole =
    typeof ref === 'string' ? api.document.components.schemas[ref.split('/').at(-1) ?? ''] : schema
  const known = (whole?.['properties'] ?? {}) as Readonly<Record<string, unknown>>
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return isObject ? Object.keys(body).filter((name) => !Object.hasOwn(known, name)) : []
}

/** What is wrong with an answer: a failure of ours, a name nobody asked for that was taken, a deed the role does not have. */
function problemWith(tried: Case, { status, text }: Answer): string | undefined {
  if (status >= 500) return `${status} ${text} ${String(failures.at(-1))}`
  if (status >= 300) return undefined
  const unknown = unknownNames(tried)
  if (unknown.length > 0) return `took ${unknown.join(', ')}`
  const permission = tried.listed.operation['x-permission']
  const isOpen = permission === undefined || permission === 'signed-in'
  const role = tried.person === 'customer' ? 'admin' : 'analyst'
  const mayDo = isOpen || (isPermission(permission) && scopesOf(role).includes(permission))
  return mayDo ? undefined : `${role} did what needs ${permission}`
}

async function askersOf(of: TestApi): Promise<ReadonlyMap<string, Ask>> {
  const askers = new Map<string, Ask>()
  for (const person of PEOPLE) askers.set(person, await of.signIn(person))
  return askers
}

/** Tries cases until one shows a problem. @returns how often each status came, and the problem. */
async function fuzz(askers: ReadonlyMap<string, Ask>, numRuns: number) {
  const answered = new Map<number, number>()
  const property = fc.asyncProperty(anyCase, async (tried) => {
    const { person, listed, body } = tried
    const answer = await askers.get(person)!(
      listed.method,
      addressOf(tried),
      body === undefined ? {} : { body },
    )
    answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1)
    const problem = problemWith(tried, answer)
    assert.equal(
      problem,
      undefined,
      `${person}: ${listed.method} ${addressOf(tried)} ${JSON.stringify(body)}`,
    )
  })
  const { errorInstance } = await fc.check(property, { numRuns, seed: SEED, endOnFailure: true })
  return { answered, problem: errorInstance instanceof Error ? errorInstance.message : undefined }
}

/** Who is what, where: all that a request could have made of somebody. */
async function standing() {
  const { pool } = platform.stores.control
  const tables = [
    'select "userId", "organizationId", role from identity.member order by 1, 2',
    'select id, email, "emailVerified" from identity."user" order by 1',
    'select id, name, slug, kinds from identity.organization order by 1',
    'select * from instance_admin',
  ]
  return Promise.all(tables.map(async (query) => (await pool.query(query)).rows))
}

test(`16: ${RUNS} requests, by an admin and an analyst: none fails on our side, none is more than its role`, async (t) => {
  failures.length = 0
  const before = await standing()
  const { answered, problem } = await fuzz(signedIn, RUNS)
  assert.equal(problem, undefined)
  assert.deepEqual(failures, [])
  assert.deepEqual(await standing(), before)
  t.diagnostic(JSON.stringify(Object.fromEntries([...answered].toSorted(([a], [b]) => a - b))))
  const sum = (least: number, below: number) =>
    [...answered].reduce((all, [status, n]) => (status >= least && status < below ? all + n : all), 0)
  assert.ok(sum(200, 300) > RUNS / 10, `most of it is refused at the door: ${JSON.stringify([...answered])}`)
  assert.ok((answered.get(400) ?? 0) > RUNS / 10, 'hardly anything was wrong')
})

/** Whole bodies, each with one thing wrong: a name too many, or several values where one is asked for. */
function wrongBodies(listed: Listed): readonly string[] {
  const body = wholeBodyFor(listed, api.document)
  if (typeof body !== 'object' || body === null) return []
  const grabs = GRABS.filter((name) => !Object.hasOwn(body, name)).map((name) => ({
    ...body,
    [name]: 'admin',
  }))
  const lists = Object.entries(body)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => ({ ...body, [name]: [value] }))
  return [...grabs, ...lists].map((wrong) => JSON.stringify(wrong))
}

/** Queries with two values where one is asked for, and with a name too many. */
const wrongQueries = ({ operation }: Listed): readonly string[] =>
  (operation.parameters ?? [])
    .filter(({ in: place, schema }) => place === 'query' && schema['type'] !== 'array')
    .map(({ name }) => `${name}=1&${name}=2`)
    .concat('role=admin', 'tenant_id=1')

test('16: a name the route does not know, and a list where one value is asked for, is an error for whoever asks', async () => {
  const before = await standing()
  let tried = 0
  for (const person of PEOPLE) {
    const ask = signedIn.get(person)!
    for (const listed of operations.filter(({ operation }) => operation['x-permission'] !== undefined)) {
      const { method, path } = listed
      const address = addresses.get(path) ?? path
      const wrong: readonly (readonly [path: string, more: { body?: string }])[] = [
        ...wrongBodies(listed).map((body) => [address, { body }] as const),
        ...wrongQueries(listed).map((query) => [`${address}?${query}`, {}] as const),
      ]
      for (const [to, more] of wrong) {
        const { status, text } = await ask(method, to, more)
        const isRefused = status === 400 || (person === 'analyst' && status === 403)
        assert.ok(isRefused, `${person}: ${method} ${to} ${more.body ?? ''}: ${status} ${text}`)
        tried++
      }
    }
  }
  assert.ok(tried > 500, String(tried))
  assert.deepEqual(await standing(), before)
})

test('control: without our validator the framework drops what nobody asked for, in silence', async () => {
  const statusWith = async (isOurs: boolean) => {
    const app = Fastify()
    if (isOurs) app.setValidatorCompiler(requestValidator())
    app.post('/things', { schema: { body: object({ name: text('Name.') }) } }, () => 'taken')
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/things',
      payload: { name: 'x', role: 'admin' },
    })
    await app.close()
    return statusCode
  }
  assert.deepEqual([await statusWith(true), await statusWith(false)], [400, 200])
})

const FLAWS: readonly (readonly [what: string, mend: (services: Services) => Services, shows: RegExp])[] = [
  [
    'an analyst is let do what an admin may',
    (services) => ({
      ...services,
      access: {
        principalOf: async (headers) => {
          const asked = await services.access.principalOf(headers)
          return 'refused' in asked ? asked : { ...asked, scopes: scopesOf('admin') }
        },
      },
    }),
    /analyst did what needs/,
  ],
  [
    'one service fails at a sign it did not expect',
    ({ savedQueries, ...services }) => ({
      ...services,
      savedQueries: {
        ...savedQueries,
        save: async (by, query) => {
          if (/^\W/.test(query.name)) throw new Error('no such name')
          return savedQueries.save(by, query)
        },
      },
    }),
    /no such name/,
  ],
]
for (const [what, mend, shows] of FLAWS)
  test(`control: where ${what}, the same requests find it`, async () => {
    const flawed = await serveTestApi({ after }, platform, { log, mend })
    const { problem } = await fuzz(await askersOf(flawed), 2000)
    assert.match(problem ?? 'nothing was found', shows)
  })
