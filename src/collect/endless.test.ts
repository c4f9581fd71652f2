import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type App, type Asked, openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { NOW, read } from './testing/reading.ts'

/** Apps whose lists never end: each is stopped, what came is kept, and no position moves past what was not read. */

const page = (path: string, more: object = {}) =>
  connectorOf({
    audit: {
      kind: 'activity',
      request: { get: path },
      page: { next: 'token', from: 'response.body.next', to: 'query.cursor' },
      records: 'response.body.items',
      key: 'record.id',
      window: { time: 'record.at', lookback: '1d' },
      ...more,
    },
  })
const AT = new Date(NOW - 1000).toISOString()
const items = (...ids: readonly (string | number)[]) => ids.map((id) => ({ id, at: AT, type: 'x' }))

type Endless = readonly [
  name: string,
  more: object,
  answer: (asked: Asked, count: number) => Told,
  code: string,
  atMost: number,
]
const ENDLESS: readonly Endless[] = [
  ['the same token for ever', {}, (_, n) => ({ body: { items: items(n), next: 'A' } }), 'PAGING_STUCK', 5],
  [
    'tokens A and B in turn',
    {},
    (_, n) => ({ body: { items: items(n), next: n % 2 === 0 ? 'A' : 'B' } }),
    'PAGING_STUCK',
    8,
  ],
  [
    'the same page under ever new tokens',
    {},
    (_, n) => ({ body: { items: items(1, 2), next: `t${n}`, took: n } }),
    'PAGING_STUCK',
    3,
  ],
  [
    'two pages in turn under ever new tokens',
    {},
    (_, n) => ({ body: { items: items(n % 2), next: `t${n}` } }),
    'PAGING_STUCK',
    6,
  ],
  [
    'empty pages that promise more',
    {},
    (_, n) => ({ body: { items: [], next: `t${n}` } }),
    'PAGING_STUCK',
    101,
  ],
  [
    'an app that does not know the offset',
    { page: { next: 'offset', to: 'query.skip', size: 2 } },
    () => ({ body: { items: items(1, 2) } }),
    'PAGING_STUCK',
    3,
  ],
  [
    'a link to itself',
    { page: { next: 'link' } },
    (_, n) => ({ headers: { Link: '</v1/audit>; rel=next' }, body: { items: items(n) } }),
    'PAGING_STUCK',
    4,
  ],
  [
    'a list longer than its limit',
    { limits: { pages: 4 } },
    (_, n) => ({ body: { items: items(n), next: `t${n}` } }),
    'LIMIT_REACHED',
    6,
  ],
  [
    'a queue that is never empty and never moves',
    { page: { next: 'repeat' }, cursor: { from: 'response.body.at' } },
    () => ({ body: { items: items(1) } }),
    'PAGING_STUCK',
    3,
  ],
  [
    'a next address on another host',
    { page: { next: 'url', from: 'response.body.next' } },
    (_, n) => ({ body: { items: items(n), next: 'https://evil.example/next' } }),
    'EGRESS_BLOCKED',
    1,
  ],
  [
    'a next address on this machine',
    { page: { next: 'url', from: 'response.body.next' } },
    (_, n) => ({ body: { items: items(n), next: 'https://169.254.169.254/latest' } }),
    'EGRESS_BLOCKED',
    1,
  ],
]
for (const [name, more, answer, code, atMost] of ENDLESS) {
  test(`${name}: ${code} within ${atMost} requests, what came is kept, the position stays`, async (t) => {
    let count = 0
    const app = await openApp(t, (asked) => answer(asked, count++))
    const { fault, rows, position } = await read(page('/audit', more), app, { stream: 'audit' })
    assert.equal(fault?.code, code)
    // One page may be under way when the guard speaks.
    assert.ok(app.asked.length <= atMost + 1, `${app.asked.length}`)
    assert.ok(rows.length > 0 || name.startsWith('empty'))
    assert.equal(position, undefined)
  })
}

/** Asks as long as it is told that there is more, as a collector without guards would. */
async function naive({ transport, asked }: App, next: (body: { next?: string }) => string | undefined) {
  let url: string | undefined = 'https://api.acme.example/v1/audit'
  while (url !== undefined && asked.length < 300) {
    const { body } = await transport({ method: 'GET', url, headers: {} }, { timeoutMs: 5000 })
    const token = next(JSON.parse(Buffer.from(body).toString()) as { next?: string })
    url = token === undefined ? undefined : `https://api.acme.example/v1/audit?cursor=${token}`
  }
}

for (const [name, , answer] of ENDLESS.filter(([, more]) => !('page' in more))) {
  test(`control: ${name} holds a collector without guards for ever`, async (t) => {
    let count = 0
    const app = await openApp(t, (asked) => answer(asked, count++))
    await naive(app, ({ next }) => next)
    assert.equal(app.asked.length, 300)
  })
}

test('a long list whose pages differ is no loop: only its limit ends it', async (t) => {
  let count = 0
  const app = await openApp(t, () => ({ body: { items: items(count++), next: `t${count}` } }))
  const { fault } = await read(page('/audit', { limits: { pages: 200 } }), app, { stream: 'audit' })
  assert.equal(fault?.code, 'LIMIT_REACHED')
  assert.ok(app.asked.length > 200)
})
