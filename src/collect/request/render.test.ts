import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RequestPlan } from '../../model/connector.ts'
import { Instant } from '../../model/expression.ts'
import { each, template, tree } from '../testing/expressions.ts'
import { finish } from './draft.ts'
import { renderRequest } from './render.ts'
import { withTarget } from './target.ts'

const ENV = {
  settings: { name: 'a b', none: null, list: ['x', 2, null], id: 9007199254740993n, word: 'hunter' },
  now: new Instant(0),
  page: { offset: 500n },
  window: { start: new Instant(1_000) },
}
const CONTEXT = {
  env: ENV,
  secretEnv: { ...ENV, secrets: { key: 'k-1' } },
  baseUrl: 'https://api.acme.example/v2',
  headers: { Accept: template('application/json'), 'X-Key': template('{{ secrets.key }}') },
}

type Written = {
  readonly path: string
  readonly method?: 'get' | 'post'
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly form?: Record<string, string>
  readonly json?: unknown
  readonly text?: string
}
function planOf({ path, method = 'get', query, headers, form, json, text }: Written): RequestPlan {
  return {
    [method]: template(path),
    ...(query && { query: each(query, template) }),
    ...(headers && { headers: each(headers, template) }),
    ...(form && { form: each(form, template) }),
    ...(json !== undefined && { json: tree(json) }),
    ...(text !== undefined && { text: template(text) }),
  }
}
const render = (written: Written) => finish(renderRequest(planOf(written), CONTEXT))

const URLS: [written: Written, url: string][] = [
  [{ path: '/users' }, '/users'],
  [{ path: '/users/{{ settings.name }}/x' }, '/users/a%20b/x'],
  [{ path: '/u/{{ settings.id }}' }, '/u/9007199254740993'],
  [{ path: "/u/{{ '../admin?a=b#c' }}" }, '/u/..%2Fadmin%3Fa%3Db%23c'],
  [{ path: "/a{{ 'b}}c' }}d" }, '/ab%7D%7Dcd'],
  [{ path: '/lit\\{{eral/{{settings.word}}' }, '/lit{{eral/hunter'],
  [{ path: '/grüße' }, '/gr%C3%BC%C3%9Fe'],
  [{ path: '/x?a=1', query: { b: '2' } }, '/x?a=1&b=2'],
  [
    { path: '/x', query: { 'filter[since]': "{{ format(window.start, 'iso') }}" } },
    '/x?filter[since]=1970-01-01T00%3A00%3A01Z',
  ],
  [
    {
      path: '/x',
      query: { a: '{{ settings.absent }}', b: '{{ settings.none }}', c: 'x{{ settings.absent }}', d: '' },
    },
    '/x?d=',
  ],
  [{ path: '/x', query: { a: '{{ settings.list }}' } }, '/x?a=x&a=2'],
  [{ path: '/x', query: { a: "(it's) *\u2028" } }, '/x?a=%28it%27s%29%20%2A%E2%80%A8'],
]
for (const [written, url] of URLS) {
  test(`${JSON.stringify(written)} is sent to ${url}`, () =>
    assert.equal(render(written).url, `https://api.acme.example/v2${url}`))
}

test('a path that is one whole {{ }} may be an absolute URL, and only what no URL can hold is encoded', () => {
  const absolute = "{{ 'https://files.acme.example/a/../b?x=ü&sig=a%2Fb' }}"
  assert.equal(render({ path: absolute }).url, 'https://files.acme.example/a/../b?x=%C3%BC&sig=a%2Fb')
  assert.equal(render({ path: "{{ '/next?token=a/b' }}" }).url, 'https://api.acme.example/v2/next?token=a/b')
  assert.equal(render({ path: 'https://files.acme.example/x' }).url, 'https://files.acme.example/x')
})

const BAD_PATHS: [path: string, code: string][] = [
  ["/u/{{ '..' }}/x", 'REQUEST_INVALID'],
  ["/u/{{ '.' }}", 'REQUEST_INVALID'],
  ["/u/.{{ '.' }}", 'REQUEST_INVALID'],
  ["/u/{{ '' }}/x", 'REQUEST_INVALID'],
  ['/u/{{ settings.absent }}', 'EXPRESSION_FAILED'],
  ['/u/{{ settings.none }}', 'EXPRESSION_FAILED'],
  ['/u/{{ settings.list }}', 'EXPRESSION_FAILED'],
]
for (const [path, code] of BAD_PATHS)
  test(`the path ${path} is refused`, () => assert.throws(() => render({ path }), { code }))

test('whatever a value holds, the path keeps its number of segments', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webPath(), fc.string()), (value) => {
      const plan = planOf({ path: '/a/{{ settings.value }}/b' })
      let url: string
      try {
        url = finish(renderRequest(plan, { ...CONTEXT, env: { settings: { value } } })).url
      } catch {
        return assert.match(value, /^(|\.|\.\.)$/)
      }
      const { pathname, search, hash } = new URL(url)
      assert.deepEqual([pathname.split('/').length, search, hash], [5, '', ''])
      assert.equal(decodeURIComponent(pathname.split('/')[3]!), value.toWellFormed())
    }),
    { seed: 3, numRuns: 500 },
  )
})

test('headers: the request wins over the connection, missing ones are left out, those with a secret are named', () => {
  const { headers, credentialHeaders } = render({
    path: '/x',
    headers: { ACCEPT: 'text/csv', 'X-None': '{{ settings.absent }}', 'X-Id': '{{ settings.id }}' },
  })
  assert.deepEqual(headers, { accept: 'text/csv', 'x-key': 'k-1', 'x-id': '9007199254740993' })
  assert.deepEqual(credentialHeaders, ['x-key'])
})

test('secrets reach headers and bodies, never a path or a query', () => {
  assert.throws(() => render({ path: '/{{ secrets.key }}' }), { code: 'EXPRESSION_FAILED' })
  assert.equal(render({ path: '/x', query: { a: '{{ secrets.key }}' } }).url, 'https://api.acme.example/v2/x')
  assert.equal(render({ path: '/x', method: 'post', json: { k: '{{ secrets.key }}' } }).body, '{"k":"k-1"}')
  assert.equal(render({ path: '/x', method: 'post', form: { k: '{{ secrets.key }}' } }).body, 'k=k-1')
  assert.equal(render({ path: '/x', method: 'post', text: 'key {{ secrets.key }}' }).body, 'key k-1')
})

test('a fault about a template with a secret or a part of a token answer does not quote it; about others it does', () => {
  const quoting = (value: string) => `{{ {"a": 1}[${value}] }}`
  const grant = { ...CONTEXT, env: { ...ENV, grant: { key: 'k-1' } } }
  const render = (plan: Written) => () => renderRequest(planOf(plan), grant)
  const post = { path: '/x', method: 'post' } as const
  for (const run of [
    render({ ...post, text: quoting('secrets.key') }),
    render({ ...post, form: { a: '{{ int(secrets.key) }}' } }),
    render({ path: `/${quoting('grant.key')}` }),
    render({ path: quoting('grant.key') }),
  ])
    assert.throws(run, ({ code, message }: Error & { code: string }) => {
      assert.equal(code, 'EXPRESSION_FAILED')
      return !message.includes('k-1')
    })
  assert.throws(render({ path: `/${quoting('settings.word')}` }), /hunter/, 'control')
})

test('a JSON body keeps types, leaves out what is missing, keeps null and writes big integers exactly', () => {
  const json = {
    from: '{{ page.offset }}',
    id: '{{ settings.id }}',
    at: '{{ window.start }}',
    gone: '{{ settings.absent }}',
    list: [1, '{{ settings.absent }}', '{{ settings.list }}', null, true],
    nested: { text: 'from {{ page.offset }}', gone: 'x{{ settings.absent }}' },
  }
  const { body, headers, method } = render({ path: '/x', method: 'post', json })
  assert.equal(method, 'POST')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(
    body,
    '{"from":500,"id":9007199254740993,"at":"1970-01-01T00:00:01Z","list":[1,["x",2,null],null,true],"nested":{"text":"from 500"}}',
  )
})

test('a form is encoded as forms are, and its type can be overruled', () => {
  const { body, headers } = render({
    path: '/x',
    method: 'post',
    form: { 'a b': 'c&d', e: '{{ settings.list }}', f: '{{ settings.absent }}' },
    headers: { 'Content-Type': 'application/x-acme' },
  })
  assert.equal(body, 'a+b=c%26d&e=x&e=2')
  assert.equal(headers['content-type'], 'application/x-acme')
})

test('a target replaces what stands there: in the query, a header, deep in a JSON body, in a form', () => {
  const draft = renderRequest(
    planOf({ path: '/x', query: { a: '1', b: '2' }, method: 'post', json: { p: { q: 1, r: 2 } } }),
    CONTEXT,
  )
  assert.equal(finish(withTarget(draft, 'query.a', 5n)).url, 'https://api.acme.example/v2/x?b=2&a=5')
  assert.equal(finish(withTarget(draft, 'header.X-Page', 'n')).headers['x-page'], 'n')
  assert.equal(finish(withTarget(draft, 'body.p.q', [1n, 'a'])).body, '{"p":{"q":[1,"a"],"r":2}}')
  assert.equal(
    finish(withTarget(draft, 'body.n.__proto__.x', 1)).body,
    '{"p":{"q":1,"r":2},"n":{"__proto__":{"x":1}}}',
  )
  const form = renderRequest(planOf({ path: '/x', method: 'post', form: { a: '1' } }), CONTEXT)
  assert.equal(finish(withTarget(form, 'body.a', 'z')).body, 'a=z')
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})
