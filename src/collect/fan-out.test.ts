import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { noticesOf, read } from './testing/reading.ts'

const REPOS = Array.from({ length: 7 }, (_, i) => ({
  id: `r${i}`,
  archived: i === 3,
  owner: { name: `o${i}` },
}))
const repos = {
  kind: 'resources',
  request: { get: '/repos' },
  page: { next: 'offset', to: 'query.skip', size: 3 },
  key: 'record.id',
  as: { uid: 'record.id' },
}
const listRepos = ({ query }: Asked): Told => ({
  body: REPOS.slice(Number(query['skip']), Number(query['skip']) + 3),
})
const repoOf = ({ path }: Asked) => /^\/repos\/(\w+)\//.exec(path)?.[1]
const branches = {
  kind: 'settings',
  each: { stream: 'repos' },
  request: { get: '/repos/{{ parent.id }}/protection' },
}

test('one request for each parent that counts, with what is kept of it joined in', async (t) => {
  const app = await openApp(t, (asked) =>
    repoOf(asked) === undefined ? listRepos(asked) : { body: { enforced: true } },
  )
  const connector = connectorOf({
    repos,
    branches: {
      ...branches,
      each: {
        stream: 'repos',
        where: '!parent.archived',
        keep: { repo: 'parent.id', owner: 'parent.owner.name' },
      },
    },
  })
  const { rows, fault } = await read(connector, app, { stream: 'branches' })
  assert.equal(fault, undefined)
  assert.deepEqual(
    rows.map(({ record }) => record).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    [0, 1, 2, 4, 5, 6].map((i) => ({ enforced: true, repo: `r${i}`, owner: `o${i}` })),
  )
  assert.deepEqual(
    rows.map(({ parent }) => (parent as { archived: boolean }).archived),
    Array(6).fill(false),
  )
})

test('children page, nest and carry their own outcomes: empty is nothing, unknown is told with the parent it is about', async (t) => {
  const app = await openApp(t, (asked) => {
    const repo = repoOf(asked)
    if (repo === undefined) return listRepos(asked)
    if (asked.path.endsWith('/hooks')) {
      if (repo === 'r1') return { status: 404 }
      if (repo === 'r2') return { status: 403 }
      const from = Number(asked.query['c'] ?? 0)
      return { body: { items: [{ id: `${repo}h${from}` }], next: from === 0 ? '1' : null } }
    }
    return { body: [{ id: asked.path }] }
  })
  const connector = connectorOf({
    repos,
    hooks: {
      kind: 'list',
      each: { stream: 'repos' },
      request: { get: '/repos/{{ parent.id }}/hooks' },
      page: { next: 'token', from: 'response.body.next', to: 'query.c' },
      records: 'response.body.items',
      key: 'record.id',
      on: { 404: 'empty', 403: 'unknown' },
    },
    deliveries: {
      kind: 'resources',
      each: { stream: 'hooks' },
      request: { get: '/repos/x/hooks/{{ parent.id }}' },
      key: 'record.id',
      as: { uid: 'record.id' },
    },
  })
  app.asked.length = 0
  const hooks = await read(connector, app, { stream: 'hooks' })
  assert.deepEqual(
    hooks.keys.toSorted(),
    ['r0', 'r3', 'r4', 'r5', 'r6'].flatMap((repo) => [`${repo}h0`, `${repo}h1`]),
  )
  assert.deepEqual(
    noticesOf(hooks, 'unknown').map(({ message }) => message),
    ['hooks: the app answered 403 (of r2)'],
  )
})

test('two levels: the children of children', async (t) => {
  const app = await openApp(t, ({ path }) => {
    if (path === '/orgs') return { body: [{ id: 'a' }, { id: 'b' }] }
    const team = /^\/orgs\/(\w+)\/teams$/.exec(path)?.[1]
    if (team !== undefined) return { body: [1, 2].map((n) => ({ id: `${team}${n}` })) }
    return { body: [{ id: `${path.split('/')[2]}m` }] }
  })
  const connector = connectorOf({
    orgs: { kind: 'list', request: { get: '/orgs' }, key: 'record.id' },
    teams: {
      kind: 'list',
      each: { stream: 'orgs', keep: { org: 'parent.id' } },
      request: { get: '/orgs/{{ parent.id }}/teams' },
      key: 'record.id',
    },
    members: {
      kind: 'accounts',
      each: { stream: 'teams', keep: { org: 'parent.org' } },
      request: { get: '/teams/{{ parent.id }}/members' },
      key: 'record.id',
      as: { uid: 'record.id' },
    },
  })
  const { rows } = await read(connector, app, { stream: 'members' })
  assert.deepEqual(
    rows.map(({ record }) => JSON.stringify(record)).sort(),
    ['a', 'a', 'b', 'b'].map((org, i) => `{"id":"${org}${(i % 2) + 1}m","org":"${org}"}`),
  )
})

test('parents in batches: one request for several, parent is the first of them', async (t) => {
  const app = await openApp(t, (asked) =>
    asked.path === '/repos' ? listRepos(asked) : { body: [{ id: asked.body }] },
  )
  const connector = connectorOf({
    repos,
    details: {
      kind: 'resources',
      each: { stream: 'repos', batch: 4 },
      request: { post: '/details', json: { ids: '{{ parents.map(p, p.id) }}', first: '{{ parent.id }}' } },
      key: 'record.id',
      as: { uid: 'record.id' },
    },
  })
  const { keys } = await read(connector, app, { stream: 'details' })
  assert.deepEqual(keys.toSorted(), [
    '{"ids":["r0","r1","r2","r3"],"first":"r0"}',
    '{"ids":["r4","r5","r6"],"first":"r4"}',
  ])
})

test('a child that fails ends the run; no more requests are under way than the connection allows', async (t) => {
  let underWay = 0
  let most = 0
  const app = await openApp(t, async (asked) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setTimeout(resolve, 5))
    underWay--
    return repoOf(asked) === undefined
      ? listRepos(asked)
      : repoOf(asked) === 'r5'
        ? { status: 400 }
        : { body: {} }
  })
  const { fault, rows } = await read(connectorOf({ repos, branches }, { limits: { concurrency: 3 } }), app, {
    stream: 'branches',
  })
  assert.equal(fault?.code, 'SOURCE_REFUSED')
  assert.ok(rows.length >= 3 && rows.length < 7)
  assert.ok(most === 3, `${most}`)
})

test('over: every combination once, a list of the settings as well', async (t) => {
  const app = await openApp(t, ({ query }) => ({ body: [{ id: `${query['a']}${query['b']}` }] }))
  const over = { a: ['x', 'y'], b: 'settings.numbers' }
  const connector = connectorOf(
    {
      things: {
        kind: 'resources',
        over,
        request: { get: '/things', query: { a: '{{ over.a }}', b: '{{ over.b }}' } },
        key: 'record.id',
        as: { uid: 'record.id' },
      },
    },
    { settings: { numbers: { type: 'choices', options: ['1', '2'], example: '1' } } },
  )
  const { keys } = await read(connector, app, { stream: 'things', settings: { numbers: ['1', '2'] } })
  assert.deepEqual(keys.toSorted(), ['x1', 'x2', 'y1', 'y2'])
  const { fault } = await read(connector, app, { stream: 'things', settings: { numbers: 'x' } })
  assert.equal(fault?.code, 'SETTING_INVALID')
})

test('the request that comes first gives its values to all that follow', async (t) => {
  const app = await openApp(t, ({ method, path, query, body }) => {
    if (method === 'POST') return { status: 201, body: { job: `j-${JSON.parse(body).kind}` } }
    assert.equal(path, '/jobs/j-all/rows')
    return { body: { items: [{ id: query['c'] ?? '0' }], next: query['c'] === undefined ? '1' : null } }
  })
  const before = { request: { post: '/jobs', json: { kind: 'all' } }, keep: { job: 'response.body.job' } }
  const page = { next: 'token', from: 'response.body.next', to: 'query.c' }
  const rows = {
    kind: 'resources',
    before,
    request: { get: '/jobs/{{ before.job }}/rows' },
    page,
    records: 'response.body.items',
    key: "before.job + '/' + record.id",
    as: { uid: 'record.id' },
  }
  const { keys } = await read(connectorOf({ rows }), app, { stream: 'rows' })
  assert.deepEqual([keys, app.asked.length], [['j-all/0', 'j-all/1'], 3])
  const refused = await openApp(t, () => ({ status: 403 }))
  const told = await read(
    connectorOf({ rows: { ...rows, before: { ...before, on: { 403: 'unknown' } } } }),
    refused,
    { stream: 'rows' },
  )
  assert.deepEqual([told.fault, told.rows.length, noticesOf(told, 'unknown').length], [undefined, 0, 1])
})

test('tables joined from other streams: by text, by number and by numbers beyond 2^53', async (t) => {
  const users = '[{"id":9007199254740993,"mail":"big"},{"id":7,"mail":"seven"},{"id":"t","mail":"text"}]'
  const grants =
    '[{"id":"1","user":9007199254740993},{"id":"2","user":7},{"id":"3","user":"t"},{"id":"4","user":8}]'
  const app = await openApp(t, ({ path }) => ({ body: path === '/users' ? users : grants }))
  const connector = connectorOf({
    users: { kind: 'accounts', request: { get: '/users' }, key: 'record.id', as: { uid: 'record.id' } },
    grants: {
      kind: 'grants',
      lookup: { users: { stream: 'users', key: 'record.id', value: 'record.mail' } },
      request: { get: '/grants' },
      key: "record.id + '/' + default(lookup.users[record.user], 'nobody')",
      as: { uid: 'record.id' },
    },
  })
  const { keys } = await read(connector, app, { stream: 'grants' })
  assert.deepEqual(keys, ['1/big', '2/seven', '3/text', '4/nobody'])
})

test('a window per parent has a position of its own, and a new parent begins with the look-back', async (t) => {
  const known = [{ id: 'a' }]
  const app = await openApp(t, ({ path, query }) =>
    path === '/groups'
      ? { body: known }
      : { body: [{ id: `${path} ${query['since']}`, at: '2026-01-09T00:00:00Z' }] },
  )
  const connector = connectorOf({
    groups: { kind: 'list', request: { get: '/groups' }, key: 'record.id' },
    audit: {
      kind: 'activity',
      each: { stream: 'groups' },
      request: { get: '/groups/{{ parent.id }}', query: { since: "{{ format(window.start, 'iso') }}" } },
      key: 'record.id',
      window: { time: 'record.at', lookback: '1d', overlap: '1h' },
    },
  })
  const first = await read(connector, app, { stream: 'audit' })
  assert.deepEqual(first.keys, ['/groups/a 2026-01-09T00:00:00Z'])
  known.push({ id: 'b' })
  const second = await read(connector, app, {
    stream: 'audit',
    ...(first.position && { position: first.position }),
  })
  assert.deepEqual(second.keys.toSorted(), [
    '/groups/a 2026-01-09T23:00:00Z',
    '/groups/b 2026-01-09T00:00:00Z',
  ])
  assert.equal(Object.keys(second.position?.partitions ?? {}).length, 2)
})

test('with very many partitions the positions are said now and then, and all of them at the end', async (t) => {
  const many = Array.from({ length: 500 }, (_, i) => ({ id: `g${i}` }))
  const app = await openApp(t, ({ path }) => ({ body: path === '/groups' ? many : [] }))
  const connector = connectorOf({
    groups: { kind: 'list', request: { get: '/groups' }, key: 'record.id' },
    audit: {
      kind: 'activity',
      each: { stream: 'groups' },
      request: { get: '/groups/{{ parent.id }}' },
      key: 'record.id',
      window: { time: 'record.at', lookback: '1d' },
    },
  })
  const { batches, position } = await read(connector, app, { stream: 'audit' })
  assert.equal(Object.keys(position?.partitions ?? {}).length, 500)
  assert.ok(batches.filter((batch) => batch.position !== undefined).length < 400)
})

test('a run that fails still says which partitions are done', async (t) => {
  const many = Array.from({ length: 200 }, (_, i) => ({ id: `g${i}` }))
  const app = await openApp(t, ({ path }) =>
    path === '/groups' ? { body: many } : path === '/groups/g199' ? { status: 400 } : { body: [] },
  )
  const connector = connectorOf(
    {
      groups: { kind: 'list', request: { get: '/groups' }, key: 'record.id' },
      audit: {
        kind: 'activity',
        each: { stream: 'groups' },
        request: { get: '/groups/{{ parent.id }}' },
        key: 'record.id',
        window: { time: 'record.at', lookback: '1d' },
      },
    },
    { limits: { concurrency: 1 } },
  )
  const { fault, position } = await read(connector, app, { stream: 'audit' })
  assert.equal(fault?.code, 'SOURCE_REFUSED')
  assert.equal(Object.keys(position?.partitions ?? {}).length, 199)
})

test('parents with a window for each of their own parents: every one of these positions is kept', async (t) => {
  const app = await openApp(t, ({ path }) => {
    if (path === '/orgs') return { body: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] }
    return {
      body: path.endsWith('/files')
        ? [{ id: `${path.split('/')[2]}1`, at: '2026-01-09T00:00:00Z' }]
        : [{ id: path }],
    }
  })
  const connector = connectorOf({
    orgs: { kind: 'list', request: { get: '/orgs' }, key: 'record.id' },
    files: {
      kind: 'list',
      each: { stream: 'orgs' },
      request: { get: '/orgs/{{ parent.id }}/files' },
      key: 'record.id',
      window: { time: 'record.at', lookback: '1d' },
    },
    audit: {
      kind: 'activity',
      each: { stream: 'files' },
      request: { get: '/files/{{ parent.id }}' },
      key: 'record.id',
    },
  })
  const { keys, position } = await read(connector, app, { stream: 'audit' })
  assert.deepEqual(keys.toSorted(), ['/files/a1', '/files/b1', '/files/c1'])
  assert.deepEqual(
    Object.keys(position?.partitions ?? {}).toSorted(),
    ['a', 'b', 'c'].map((org) => `files^[null,"${org}"]`),
  )
})

test('a parent that cannot be read is told as unknown: its children are not there, and that does not mean gone', async (t) => {
  const app = await openApp(t, (asked) =>
    repoOf(asked) === undefined
      ? { body: '{"id":"r1"}\n{"id":\n{"id":"r2"}\n' }
      : { body: { enforced: true } },
  )
  const lines = { ...repos, decode: { as: 'ndjson' }, page: undefined }
  const connector = connectorOf({ repos: lines, branches })
  const { rows, notices, fault } = await read(connector, app, { stream: 'branches' })
  assert.deepEqual([fault, rows.length], [undefined, 2])
  assert.deepEqual(
    notices.flatMap((notice) => (notice.kind === 'unknown' ? [notice.message] : [])),
    ['repos: 1 record could not be read, so nothing below it is known'],
  )
})
