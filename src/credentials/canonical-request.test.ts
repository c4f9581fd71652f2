import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalRequest } from './canonical-request.ts'

const stamp = { nowMs: Date.UTC(2021, 3, 20, 2, 7, 55, 999), nonce: 'n1' }
const of = (url: string, body?: string) =>
  canonicalRequest({ method: 'POST', url, headers: {}, ...(body === undefined ? {} : { body }) }, stamp)

test('a canonical request has the parts that signatures are made over', () => {
  assert.deepEqual(of('https://API.acme.example:443/v1/a%20b?b=2&a=1', '{"x":1}'), {
    method: 'POST',
    host: 'api.acme.example',
    path: '/v1/a%20b',
    query: 'a=1&b=2',
    body: '{"x":1}',
    timestamp: 1618884475n,
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    nonce: 'n1',
  })
})

const queries: readonly [written: string, canonical: string][] = [
  ['', ''],
  ['?', ''],
  ['?b=1&a=2&a=1', 'a=1&a=2&b=1'],
  ['?a', 'a='],
  ["?q=(x)*!'~-._", 'q=%28x%29%2A%21%27~-._'],
  ['?q=a+b%20c', 'q=a%20b%20c'],
  ['?%C3%BC=1&Z=1&a=1', '%C3%BC=1&Z=1&a=1'],
  ['?a-b=1&a=1', 'a=1&a-b=1'],
]
for (const [written, canonical] of queries) {
  test(`the query ${JSON.stringify(written)} is signed as ${JSON.stringify(canonical)}`, () => {
    const request = of(`https://api.acme.example${written}`)
    assert.equal(request.query, canonical)
    assert.equal(request.path, '/')
    assert.equal(request.body, '')
  })
}

test('an address that is none is a fault that does not quote it', () => {
  assert.throws(
    () => of('CANARY/users'),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'REQUEST_INVALID')
      return !`${error.message}${error.stack}`.includes('CANARY')
    },
  )
})
