import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp } from '../collect/testing/app.ts'
import { connectorOf } from '../collect/testing/connector.ts'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { fakeClock } from '../lib/clock.ts'
import { isFault } from '../lib/fault.ts'
import { parseJson, stringifyJson } from '../lib/json.ts'
import { Secret } from '../lib/secret.ts'
import type { Transport } from '../model/transport.ts'
import { openStages } from './stages.ts'

/** Pages of JSON that no honest app sends, from the socket to the event: good records come out, bad ones are set aside, none is lost. */

const NOW = Date.parse('2026-01-10T00:00:00Z')
const AT = '"at":"2026-01-09T12:00:00Z","type":"x"'
const connector = connectorOf({
  audit: {
    kind: 'activity',
    request: { get: '/audit' },
    records: 'response.body',
    key: 'record.id',
    window: { time: 'record.at', lookback: '7d' },
    map: {
      common: { time: 'record.at', message: 'default(record.note, "")' },
      by: 'record.type',
      events: {},
      otherwise: { action: 'other' },
    },
  },
})

async function collected(transport: Transport) {
  const input = { settings: {}, secrets: { key: new Secret('k') } }
  const shared = { connector, input, grants: openMemoryStore(), clock: fakeClock(NOW), transport }
  const stages = openStages({ ...shared, notify: () => undefined, random: () => 0 })
  const normalize = stages.normalizer('audit')
  const result = { lines: [] as string[], aside: 0, fault: undefined as string | undefined }
  try {
    for await (const batch of stages.pages('audit', { position: undefined })) {
      const { events, quarantined } = normalize(batch)
      result.lines.push(...events.map((event) => stringifyJson(event)))
      result.aside += quarantined.length + batch.unreadable.length
    }
  } catch (error) {
    if (!isFault(error)) throw error
    result.fault = error.code
  }
  return result
}

const GOOD: readonly [what: string, record: string, uid: string][] = [
  ['an id of 2^53 + 1', `{"id":9007199254740993,${AT}}`, '9007199254740993'],
  ['an id of 64 bits', `{"id":18446744073709551615,${AT}}`, '18446744073709551615'],
  ['the same key twice', `{"id":"first","id":"twice",${AT}}`, 'twice'],
  ['__proto__', `{"id":"proto","__proto__":{"polluted":true},${AT}}`, 'proto'],
  ['constructor', `{"id":"ctor","constructor":{"prototype":{"polluted":true}},${AT}}`, 'ctor'],
  ['NUL', `{"id":"nul","note":"a\\u0000b",${AT}}`, 'nul'],
  ['a lone surrogate', `{"id":"lone","note":"a\\ud800b",${AT}}`, 'lone'],
  ['sixty levels', `{"id":"deep","x":${'['.repeat(60)}${']'.repeat(60)},${AT}}`, 'deep'],
  ['a megabyte in one field', `{"id":"big","note":"${'x'.repeat(1_000_000)}",${AT}}`, 'big'],
]
const BAD = ['1', '"text"', '[]', `{${AT}}`, `{"id":"no time"}`, `{"id":"odd time","at":{},"type":"x"}`]

test('good records beside bad ones: ids are exact, bad ones are set aside, nothing is polluted, and each line is JSON', async (t) => {
  const body = `[${[...GOOD.map(([, record]) => record), ...BAD].join()}]`
  const app = await openApp(t, () => ({ body }))
  const { lines, aside, fault } = await collected(app.transport)
  assert.equal(fault, undefined)
  const uids = lines.map((line) => (parseJson(line) as { metadata: { uid: string } }).metadata.uid)
  assert.deepEqual(
    uids.map((uid) => uid.split(':').at(-1)).toSorted(),
    GOOD.map(([, , uid]) => uid).toSorted(),
  )
  assert.equal(aside, BAD.length)
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  for (const line of lines) assert.doesNotMatch(line, /\p{Cc}/u)
})

const PAGES: readonly [what: string, body: Uint8Array | string, fault: string][] = [
  ['65 levels', `[${'['.repeat(65)}${']'.repeat(65)}]`, 'ANSWER_TOO_DEEP'],
  ['five million levels', Buffer.alloc(5_000_000, '['), 'ANSWER_TOO_DEEP'],
  ['three million values', Buffer.from(`[${'0,'.repeat(3_000_000)}0]`), 'ANSWER_TOO_LARGE'],
  ['bytes that are not UTF-8', Buffer.from(`[{"id":"\xff",${AT}}]`, 'latin1'), 'SOURCE_UNREADABLE'],
  ['half a page', `[{"id":"1",${AT}},{"id":`, 'SOURCE_UNREADABLE'],
]
for (const [what, body, code] of PAGES) {
  test(`a page of ${what} is refused as ${code}; the next run reads`, async (t) => {
    let isHostile = true
    const app = await openApp(t, () => ({ body: isHostile ? body : `[{"id":"1",${AT}}]` }))
    const first = await collected(app.transport)
    assert.deepEqual([first.fault, first.lines.length], [code, 0])
    isHostile = false
    const second = await collected(app.transport)
    assert.deepEqual([second.fault, second.lines.length], [undefined, 1], 'control: an honest page is read')
  })
}

test('a page with a byte order mark is read', async (t) => {
  const app = await openApp(t, () => ({ body: Buffer.from(`\ufeff[{"id":"1",${AT}}]`) }))
  assert.equal((await collected(app.transport)).lines.length, 1)
})
