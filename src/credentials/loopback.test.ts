import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { openLoopback } from './loopback.ts'

test('the callback that was waited for arrives, and the browser is told it is done', async () => {
  const loopback = await openLoopback()
  assert.match(loopback.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  await assert.rejects(fetch(loopback.redirectUri.replace('127.0.0.1', '127.0.0.2')))
  const received = loopback.receive('right')
  const page = await fetch(`${loopback.redirectUri}?state=right&code=c`)
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(page.headers.get('content-security-policy'), "default-src 'none'")
  assert.equal(await received, `${loopback.redirectUri}?state=right&code=c`)
  await assert.rejects(fetch(loopback.redirectUri))
})

test('what else comes is turned away and does not end the wait', async () => {
  const loopback = await openLoopback()
  const early = await fetch(`${loopback.redirectUri}?state=undefined`)
  assert.equal(early.status, 404)
  const received = loopback.receive('right')
  const { origin } = new URL(loopback.redirectUri)
  const others = [
    `${loopback.redirectUri}?state=wrong&code=c`,
    loopback.redirectUri,
    `${origin}/favicon.ico?state=right`,
  ]
  for (const other of others) assert.equal((await fetch(other)).status, 404)
  const post = await fetch(`${loopback.redirectUri}?state=right`, { method: 'POST' })
  assert.equal(post.status, 404)
  assert.equal(await statusWithHost(`${loopback.redirectUri}?state=right`, 'evil.example'), 404)
  await fetch(`${loopback.redirectUri}?state=right`)
  assert.equal(await received, `${loopback.redirectUri}?state=right`)
})

test('a wait that is given up is a fault', async () => {
  const stop = new AbortController()
  const loopback = await openLoopback({ signal: stop.signal })
  const received = loopback.receive('right')
  stop.abort()
  await assert.rejects(received, { code: 'CREDENTIAL_MISSING' })
})

test('a port that is taken is an error at once', async () => {
  const first = await openLoopback()
  const port = Number(new URL(first.redirectUri).port)
  await assert.rejects(openLoopback({ port }), { code: 'USAGE_WRONG' })
  first.close()
})

function statusWithHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}
