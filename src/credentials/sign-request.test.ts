import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { OutgoingRequest } from '../model/transport.ts'
import { openAuthorizer } from './authorizer.ts'
import { API, acme, contextOf, inputOf, START_MS } from './testing/acme.ts'

const KEY = 'shared key'
const request: OutgoingRequest = {
  method: 'POST',
  url: `${API}/v1/users?b=2&a=1`,
  headers: {},
  body: '{"n":1}',
}

function signed(hmac: object, key = KEY): Promise<OutgoingRequest> {
  const context = contextOf(acme({ hmac }), { input: inputOf({ key, client_id: 'me' }) })
  return openAuthorizer(context).authorize(request)
}
const hmac = (hash: string, text: string, encoding: 'hex' | 'base64', key: string | Buffer = KEY) =>
  createHmac(hash, key).update(text).digest(encoding)

const over =
  '{{ request.method }}\n{{ request.host }}\n{{ request.path }}\n{{ request.query }}\n{{ request.body }}\n{{ request.timestamp }}\n{{ request.date }}'
const text = `POST\napi.acme.example\n/v1/users\na=1&b=2\n{"n":1}\n${START_MS / 1000}\nMon, 23 Nov 2026 09:00:00 GMT`

for (const hash of ['sha1', 'sha256', 'sha512'] as const) {
  for (const encoding of ['hex', 'base64'] as const) {
    test(`a request is signed with ${hash} in ${encoding}`, async () => {
      const send = { headers: { Authorization: 'HMAC {{ token }}' } }
      const sent = await signed({ hash, encoding, over, key: '{{ secrets.key }}', send })
      assert.equal(sent.headers['authorization'], `HMAC ${hmac(hash, text, encoding)}`)
      assert.deepEqual(sent.credentialHeaders, ['authorization'])
    })
  }
}

test('the time and the nonce that were signed are the ones that are sent', async () => {
  const sent = await signed({
    hash: 'sha256',
    key: '{{ secrets.key }}',
    over: '{{ request.nonce }} {{ request.timestamp }}',
    send: {
      headers: {
        'X-Nonce': '{{ request.nonce }}',
        'X-Time': '{{ request.timestamp }}',
        'X-Signature': '{{ token }}',
      },
    },
  })
  const { 'x-nonce': nonce, 'x-time': time, 'x-signature': signature } = sent.headers
  assert.match(nonce ?? '', /^[0-9a-f]{32}$/)
  assert.equal(time, String(START_MS / 1000))
  assert.equal(signature, hmac('sha256', `${nonce} ${time}`, 'hex'))
})

test('a header with the signature may hold the nonce that was signed', async () => {
  const sent = await signed({
    hash: 'sha256',
    key: '{{ secrets.key }}',
    over: '{{ request.nonce }}',
    send: { headers: { S: '{{ request.nonce }} {{ token }}' } },
  })
  const [nonce = '', signature] = (sent.headers['s'] ?? '').split(' ')
  assert.equal(signature, hmac('sha256', nonce, 'hex'))
})

test('what is sent without using the signature is part of what is signed', async () => {
  const sent = await signed({
    hash: 'sha256',
    key: '{{ secrets.key }}',
    over: '{{ request.query }}',
    send: { query: { Signature: '{{ token }}', KeyId: '{{ secrets.client_id }}' } },
  })
  const signature = hmac('sha256', 'KeyId=me&a=1&b=2', 'hex')
  assert.equal(sent.url, `${API}/v1/users?b=2&a=1&KeyId=me&Signature=${signature}`)
  assert.deepEqual(sent.credentialHeaders, ['KeyId', 'Signature'])
})

test('two requests in the same second have different nonces', async () => {
  const plan = {
    hash: 'sha256',
    key: '{{ secrets.key }}',
    over: 'x',
    send: { headers: { N: '{{ request.nonce }}', S: '{{ token }}' } },
  }
  const authorizer = openAuthorizer(contextOf(acme({ hmac: plan }), { input: inputOf({ key: KEY }) }))
  const [one, two] = [await authorizer.authorize(request), await authorizer.authorize(request)]
  assert.notEqual(one.headers['n'], two.headers['n'])
})

test('a key that is decoded from base64 signs with its bytes', async () => {
  const bytes = Buffer.from([0, 255, 1, 254])
  const send = { headers: { S: '{{ token }}' } }
  const plan = { hash: 'sha256', key: '{{ base64.decode(secrets.key) }}', over: 'x', send }
  const sent = await signed(plan, bytes.toString('base64'))
  assert.equal(sent.headers['s'], hmac('sha256', 'x', 'hex', bytes))
})

test('a key that is derived for each request, of the time that is sent: signed as such apps check it', async () => {
  const time =
    "{{ format(fromUnix(request.timestamp), 'yyyyMMdd') }}T{{ format(fromUnix(request.timestamp), 'HH:mm:ss') }}+0000"
  const head = `EG1-HMAC-SHA256 client_token={{ secrets.client_id }};timestamp=${time};nonce={{ request.nonce }};`
  const sent = await signed({
    hash: 'sha256',
    encoding: 'base64',
    key: `{{ base64Encode(hmac('sha256', secrets.key, format(fromUnix(request.timestamp), 'yyyyMMdd') + 'T' + format(fromUnix(request.timestamp), 'HH:mm:ss') + '+0000')) }}`,
    over: `{{ request.method }}\thttps\t{{ request.host }}\t{{ request.path }}?{{ request.query }}\t\t{{ base64Encode(sha256(request.body)) }}\t${head}`,
    send: { headers: { Authorization: `${head}signature={{ token }}` } },
  })
  const [, start = '', nonce, signature] =
    /^(.*nonce=([0-9a-f]{32});)signature=(.*)$/.exec(sent.headers['authorization'] ?? '') ?? []
  assert.equal(start, `EG1-HMAC-SHA256 client_token=me;timestamp=20261123T09:00:00+0000;nonce=${nonce};`)
  const key = hmac('sha256', '20261123T09:00:00+0000', 'base64')
  const body = createHash('sha256')
    .update(request.body ?? '')
    .digest('base64')
  const text = ['POST', 'https', 'api.acme.example', '/v1/users?a=1&b=2', '', body, start].join('\t')
  assert.equal(signature, hmac('sha256', text, 'base64', key))
})

test('a signature that is the password of HTTP Basic', async () => {
  const sent = await signed({
    hash: 'sha1',
    key: '{{ secrets.key }}',
    over: '{{ request.date }}\n{{ request.method }}\n{{ request.host }}\n{{ request.path }}\n{{ request.query }}',
    send: {
      headers: {
        Date: '{{ request.date }}',
        Authorization: "Basic {{ base64Encode(secrets.client_id + ':' + token) }}",
      },
    },
  })
  const text = `${sent.headers['date']}\nPOST\napi.acme.example\n/v1/users\na=1&b=2`
  const basic = Buffer.from(`me:${hmac('sha1', text, 'hex')}`).toString('base64')
  assert.equal(sent.headers['authorization'], `Basic ${basic}`)
})
