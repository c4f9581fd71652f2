import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutgoingRequest } from '../model/transport.ts'
import { openAuthorizer } from './authorizer.ts'
import { API, acme, contextOf, GET_USERS, inputOf } from './testing/acme.ts'

const SECRETS = { key: 'k&= ü', other: 'o' }
const LONE = '\ud800'

function authorized(send: object, request: OutgoingRequest = GET_USERS): Promise<OutgoingRequest> {
  const connector = acme(
    { apiKey: { send } },
    { secrets: { spare: { optional: true }, other: {}, absent: {} } },
  )
  return openAuthorizer(contextOf(connector, { input: inputOf(SECRETS) })).authorize(request)
}

test('a key goes as a bearer token unless the manifest says otherwise', async () => {
  const context = contextOf(acme({ apiKey: {} }), { input: inputOf({ key: 'abc' }) })
  assert.deepEqual(await openAuthorizer(context).authorize(GET_USERS), {
    method: 'GET',
    url: `${API}/users`,
    headers: { authorization: 'Bearer abc' },
    credentialHeaders: ['authorization'],
  })
})

test('headers are lower case, take the place of those of the same name, and are listed as credentials', async () => {
  const request = { ...GET_USERS, headers: { accept: 'x', 'x-key': 'old' }, credentialHeaders: ['x-before'] }
  const sent = await authorized({ headers: { 'X-Key': '{{ secrets.other }}', 'X-Two': 2 } }, request)
  assert.deepEqual(sent.headers, { accept: 'x', 'x-key': 'o', 'x-two': '2' })
  assert.deepEqual(sent.credentialHeaders, ['x-before', 'x-key', 'x-two'])
})

const addresses: readonly [before: string, after: string][] = [
  [`${API}/users`, `${API}/users?key=k%26%3D%20%C3%BC`],
  [`${API}/users?`, `${API}/users?key=k%26%3D%20%C3%BC`],
  [`${API}/users?a=%20b&c`, `${API}/users?a=%20b&c&key=k%26%3D%20%C3%BC`],
  [`${API}/users?key=old&a=1&k%65y=2`, `${API}/users?a=1&key=k%26%3D%20%C3%BC`],
  [`${API}/users?a=%zz&b=?#part`, `${API}/users?a=%zz&b=?&key=k%26%3D%20%C3%BC#part`],
]
for (const [before, after] of addresses) {
  test(`a query credential is added to ${before}, the rest stays as it is`, async () => {
    const sent = await authorized({ query: { key: '{{ secrets.key }}' } }, { ...GET_USERS, url: before })
    assert.equal(sent.url, after)
    assert.deepEqual(sent.credentialHeaders, ['key'])
  })
}

const bodies: readonly [before: string | undefined, after: string][] = [
  ['{}', '{"key":"o"}'],
  [undefined, '{"key":"o"}'],
  [' { "id": 12345678901234567890 } ', '{"id": 12345678901234567890,"key":"o"}'],
  ['{"key":"forged"}', '{"key":"forged","key":"o"}'],
]
for (const [before, after] of bodies) {
  test(`keys are added to the JSON body ${before}, whose numbers stay exact`, async () => {
    const request = {
      method: 'POST',
      url: API,
      headers: {},
      ...(before === undefined ? {} : { body: before }),
    }
    const sent = await authorized({ json: { key: '{{ secrets.other }}' } }, request as OutgoingRequest)
    assert.equal(sent.body, after)
    assert.equal(sent.headers['content-type'], 'application/json')
    assert.equal(JSON.parse(sent.body ?? '').key, 'o')
  })
}

test('keys for JSON bodies leave a GET without a body alone and refuse other bodies', async () => {
  const send = { json: { key: '{{ secrets.other }}' } }
  assert.equal((await authorized(send)).body, undefined)
  await assert.rejects(authorized(send, { method: 'POST', url: API, headers: {}, body: '[1]' }), {
    code: 'REQUEST_INVALID',
  })
})

test('a secret that was not given is named, and one that may be left empty leaves its header out', async () => {
  await assert.rejects(authorized({ headers: { a: '{{ secrets.absent }}' } }), {
    code: 'SETTING_MISSING',
    message: 'the secret "absent" is not given (send.headers.a needs it)',
  })
  assert.deepEqual((await authorized({ headers: { a: 'x {{ secrets.spare }}', b: 'y' } })).headers, {
    b: 'y',
  })
})

test('a text that is no whole Unicode is sent with its replacement character', async () => {
  const connector = acme({ apiKey: { send: { query: { k: '{{ secrets.key }}' } } } })
  const sent = await openAuthorizer(contextOf(connector, { input: inputOf({ key: LONE }) })).authorize(
    GET_USERS,
  )
  assert.equal(sent.url, `${API}/users?k=%EF%BF%BD`)
})

test('an empty secret is one that was not given', async () => {
  const context = contextOf(acme({ apiKey: {} }), { input: inputOf({ key: '' }) })
  await assert.rejects(openAuthorizer(context).authorize(GET_USERS), { code: 'SETTING_MISSING' })
})

test('a fault about an expression quotes the manifest and never a value', async () => {
  await assert.rejects(authorized({ headers: { a: '{{ {"x": 1}[secrets.key] }}' } }), (error: Error) => {
    assert.match(error.message, /send\.headers\.a: "\{\{ .*secrets\.key.* \}\}" has no value \(missing\)/)
    assert.ok(!error.message.includes(SECRETS.key))
    return true
  })
})
