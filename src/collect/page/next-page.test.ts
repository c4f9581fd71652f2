import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PagePlan } from '../../model/connector.ts'
import { each, program } from '../testing/expressions.ts'
import { openLoopGuard } from './loop-guard.ts'
import { nextPage, type PageFacts } from './next-page.ts'
import { firstPage, type PageState, pageNames } from './page-state.ts'
import { withPage } from './with-page.ts'

const URL_OF_PAGE = 'https://api.acme.example/v2/list?limit=2&p=1'
const EXPRESSIONS = ['from', 'stop', 'total', 'pages']

/** A page plan as the compiler makes it from this text. */
function plan(written: Record<string, unknown>): PagePlan {
  const expressions = Object.fromEntries(Object.entries(written).filter(([key]) => EXPRESSIONS.includes(key)))
  return { ...written, ...each(expressions as Record<string, string>, program) } as unknown as PagePlan
}

function facts(
  records: readonly unknown[],
  body: unknown = {},
  headers: Record<string, string> = {},
): PageFacts {
  const response = { status: 200, headers, body }
  return {
    headers,
    url: URL_OF_PAGE,
    count: records.length,
    env: { response, page: { records } },
    lastEnv: { record: records.at(-1) },
  }
}
const A = [{ id: 1 }, { id: 2 }]
const at = (state: Partial<PageState>): PageState => ({ index: 0, seen: 0, ...state })
const after = (state: Partial<PageState>): { next: PageState } => ({ next: { index: 1, seen: 2, ...state } })
const END = {}
const DOUBT = { doubt: 'a full page of 2 records names no next one' }
const TOKEN = plan({ next: 'token', from: 'response.body.next', to: 'query.cursor', size: 2 })
const LINK = plan({ next: 'link', rel: 'next', size: 2 })
const OFFSET = plan({ next: 'offset', to: 'query.skip', start: 0, size: 2 })
const TOTAL = plan({ next: 'offset', to: 'query.skip', start: 0, size: 3, total: 'response.body.total' })
const NUMBER = plan({ next: 'page', to: 'query.page', start: 1 })
const PAGES = plan({ next: 'page', to: 'query.page', start: 0, size: 3, pages: 'response.body.pages' })
const LAST = plan({ next: 'last', from: 'record.id', to: 'body.after', size: 2 })
const URL_IN = plan({ next: 'url', from: 'response.body.next' })
const REPEAT = plan({ next: 'repeat' })
const DRAIN = plan({ next: 'repeat', stop: 'response.status == 204' })
const STOP = plan({
  next: 'token',
  from: 'response.body.next',
  to: 'query.c',
  stop: 'response.body.more == false',
})

const CASES: [name: string, plan: PagePlan, state: PageState, facts: PageFacts, expected: object][] = [
  ['none: one answer is all', plan({ next: 'none' }), at({}), facts(A, { next: 'x' }), END],
  ['token: sent next', TOKEN, at({}), facts(A, { next: 'x' }), after({ token: 'x' })],
  [
    'token: a number stays one',
    TOKEN,
    at({}),
    facts(A, { next: 9007199254740993n }),
    after({ token: 9007199254740993n }),
  ],
  ['token: null on a short page ends', TOKEN, at({}), facts([1], { next: null }), END],
  ['token: missing on a full page ends with a doubt', TOKEN, at({}), facts(A), DOUBT],
  ['token: empty text ends', TOKEN, at({}), facts([1], { next: '' }), END],
  [
    'token: an empty page with a token goes on',
    TOKEN,
    at({}),
    facts([], { next: 'x' }),
    { next: { index: 1, seen: 0, token: 'x' } },
  ],
  ['stop ends although there is a token', STOP, at({}), facts(A, { next: 'x', more: false }), END],
  ['stop that cannot be told does not end', STOP, at({}), facts(A, { next: 'x' }), after({ token: 'x' })],
  [
    'link: relative to the address that answered',
    LINK,
    at({}),
    facts(A, {}, { link: '</v2/list?p=2>; rel="next"' }),
    after({ url: 'https://api.acme.example/v2/list?p=2' }),
  ],
  ['link: none on a full page ends with a doubt', LINK, at({}), facts(A), DOUBT],
  [
    'link: http of the same host is https',
    LINK,
    at({}),
    facts(A, {}, { link: '<http://api.acme.example/x>; rel=next' }),
    after({ url: 'https://api.acme.example/x' }),
  ],
  [
    'link: http of another host stays, for the guard to refuse',
    LINK,
    at({}),
    facts(A, {}, { link: '<http://evil.example/x>; rel=next' }),
    after({ url: 'http://evil.example/x' }),
  ],
  [
    'url: absolute',
    URL_IN,
    at({}),
    facts(A, { next: 'https://files.acme.example/ü' }),
    after({ url: 'https://files.acme.example/%C3%BC' }),
  ],
  [
    'url: only parameters',
    URL_IN,
    at({}),
    facts(A, { next: '?p=2' }),
    after({ url: 'https://api.acme.example/v2/list?p=2' }),
  ],
  ['url: null ends', URL_IN, at({}), facts(A, { next: null }), END],
  ['offset: moved by what came', OFFSET, at({ offset: 4 }), facts(A), after({ offset: 6 })],
  ['offset: a short page ends', OFFSET, at({ offset: 4 }), facts([1]), END],
  ['offset: an empty page ends', OFFSET, at({ offset: 4 }), facts([]), END],
  [
    'offset: a short page goes on where the total says so, from where it ended',
    TOTAL,
    at({ offset: 0 }),
    facts(A, { total: 5 }),
    after({ offset: 2 }),
  ],
  ['offset: the total ends', TOTAL, at({ offset: 3, seen: 3 }), facts(A, { total: '5' }), END],
  [
    'offset: an empty page ends whatever the total says',
    TOTAL,
    at({ offset: 0 }),
    facts([], { total: 5 }),
    END,
  ],
  ['page: next number', NUMBER, at({ number: 1 }), facts(A), after({ number: 2 })],
  ['page: without a size an empty page ends', NUMBER, at({ number: 2 }), facts([]), END],
  [
    'page: the number of pages decides, not a short page',
    PAGES,
    at({ number: 0 }),
    facts(A, { pages: 2 }),
    after({ number: 1 }),
  ],
  ['page: the last of all pages ends', PAGES, at({ index: 1, number: 1 }), facts(A, { pages: 2 }), END],
  ['last: the last record', LAST, at({}), facts(A), after({ token: 2 })],
  ['last: a short page ends', LAST, at({}), facts([1]), END],
  ['last: a last record without the value on a full page is doubtful', LAST, at({}), facts([{}, {}]), DOUBT],
  ['repeat: goes on while something comes', REPEAT, at({}), facts(A), after({})],
  ['repeat: an empty page ends', REPEAT, at({}), facts([]), END],
  [
    'repeat: with stop, an empty page does not end',
    DRAIN,
    at({}),
    facts([]),
    { next: { index: 1, seen: 0 } },
  ],
]
for (const [name, page, state, page_, expected] of CASES)
  test(`${name}`, () => assert.deepEqual(nextPage(page, state, page_), expected))

const WRONG: [name: string, plan: PagePlan, facts: PageFacts, code: string][] = [
  ['a next address that is none', URL_IN, facts(A, { next: 'http://[' }), 'SOURCE_UNREADABLE'],
  ['a next address that is an object', URL_IN, facts(A, { next: {} }), 'EXPRESSION_FAILED'],
  ['a total that is no number', TOTAL, facts(A, { total: 'many' }), 'EXPRESSION_FAILED'],
  ['a token below a text', TOKEN, facts(A, 'html'), 'EXPRESSION_FAILED'],
]
for (const [name, page, page_, code] of WRONG)
  test(`${name} is a fault, not the end`, () => assert.throws(() => nextPage(page, at({}), page_), { code }))

const DRAFT = {
  method: 'GET' as const,
  url: 'https://api.acme.example/v2/list',
  query: [
    ['limit', '2'],
    ['since', 'x'],
  ] as const,
  headers: {},
  secretHeaders: [],
}
const SENT: [name: string, plan: PagePlan, state: PageState, url: string, query: string][] = [
  ['token: not on the first page', TOKEN, at({}), DRAFT.url, 'limit=2 since=x'],
  ['token: beside the others', TOKEN, at({ token: 't' }), DRAFT.url, 'limit=2 since=x cursor=t'],
  [
    'token: alone with onlyPaging',
    { ...TOKEN, onlyPaging: true } as PagePlan,
    at({ token: 't' }),
    DRAFT.url,
    'cursor=t',
  ],
  [
    'url: as the app gave it',
    URL_IN,
    at({ url: 'https://a.example/?p=2&limit=9' }),
    'https://a.example/?p=2&limit=9',
    '',
  ],
  [
    'url: with resend, what it lacks',
    { ...URL_IN, resend: true } as PagePlan,
    at({ url: 'https://a.example/?p=2&limit=9' }),
    'https://a.example/?p=2&limit=9',
    'since=x',
  ],
  ['offset: from the first page on', OFFSET, firstPage(OFFSET), DRAFT.url, 'limit=2 since=x skip=0'],
  ['page: from the first page on', PAGES, firstPage(PAGES), DRAFT.url, 'limit=2 since=x page=0'],
]
for (const [name, page, state, url, query] of SENT)
  test(`sent: ${name}`, () => {
    const sent = withPage(page, state, DRAFT)
    assert.deepEqual([sent.url, sent.query.map((pair) => pair.join('=')).join(' ')], [url, query])
  })

test('requests see page.index, page.size, page.offset, page.number and page.token', () => {
  assert.deepEqual(pageNames(OFFSET, firstPage(OFFSET)), { index: 0n, size: 2n, offset: 0n })
  assert.deepEqual(pageNames(NUMBER, { index: 3, seen: 9, number: 4 }), { index: 3n, number: 4n })
  assert.deepEqual(pageNames(TOKEN, { index: 1, seen: 2, token: 't' }), { index: 1n, size: 2n, token: 't' })
})

const CYCLES: [name: string, marks: (index: number) => string, before: number][] = [
  ['the same token for ever', () => 'A', 3],
  ['A and B in turn', (i) => (i % 2 === 0 ? 'A' : 'B'), 7],
  ['a circle of fifty', (i) => `${i % 50}`, 150],
  ['a circle after a hundred good pages', (i) => (i < 100 ? `good ${i}` : `${i % 3}`), 300],
]
for (const [name, mark, before] of CYCLES) {
  test(`${name} is noticed within ${before} pages`, () => {
    const isRepeated = openLoopGuard()
    let page = 0
    while (!isRepeated(mark(page))) page++
    assert.ok(page < before, `${page}`)
  })
}

test('a million different tokens are no circle', () => {
  const isRepeated = openLoopGuard()
  for (let i = 0; i < 1_000_000; i++) assert.ok(!isRepeated(String(i)))
})
