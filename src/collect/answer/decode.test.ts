import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { isFault } from '../../lib/fault.ts'
import { stringifyJson } from '../../lib/json.ts'
import { type DecodePlan, decode, decodeLeniently } from './decode.ts'

const answer = (body: string | Uint8Array, type?: string) => ({
  status: 200,
  headers: type === undefined ? ({} as Record<string, string>) : { 'content-type': type },
  body: Buffer.from(body),
  url: 'https://api.acme.example/',
})
const read = (plan: DecodePlan | undefined, body: string | Uint8Array, type?: string) =>
  decode(plan, answer(body, type))
const plain = (value: unknown) => JSON.parse(stringifyJson(value))

const BODIES: [name: string, plan: DecodePlan | undefined, body: string | Uint8Array, expected: unknown][] = [
  ['JSON by default', undefined, '{"a":[1]}', { a: [1] }],
  ['an empty body is null', undefined, '', null],
  ['blanks alone are null', { as: 'json' }, '\r\n  ', null],
  ['NDJSON', { as: 'ndjson' }, '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  [
    'NDJSON with CRLF, empty lines and no last line feed',
    { as: 'ndjson' },
    '{"a":1}\r\n\r\n \n{"a":2}',
    [{ a: 1 }, { a: 2 }],
  ],
  ['empty NDJSON', { as: 'ndjson' }, '', []],
  [
    'CSV',
    { as: 'csv' },
    'id,name\n1,"a, ""b"""\r\n2,\n',
    [
      { id: '1', name: 'a, "b"' },
      { id: '2', name: '' },
    ],
  ],
  ['CSV with another delimiter', { as: 'csv', delimiter: ';' }, 'id;name\n1;a', [{ id: '1', name: 'a' }]],
  ['CSV without a header', { as: 'csv', columns: ['id', 'name'] }, '1,a', [{ id: '1', name: 'a' }]],
  ['CSV with a byte order mark', { as: 'csv' }, '\ufeffid\n1', [{ id: '1' }]],
  ['text', { as: 'text' }, 'grüße', 'grüße'],
  ['a gzip file', { as: 'ndjson', gzip: true }, gzipSync('{"a":1}\n'), [{ a: 1 }]],
  [
    'XML',
    { as: 'xml', lists: ['e'] },
    '<?xml version="1.0"?><f v="1"><e id="1">a &amp; b</e><g/><h>x</h><h><![CDATA[<y>]]></h>\n</f>',
    { f: { '@v': '1', e: [{ '@id': '1', '#text': 'a & b' }], g: '', h: ['x', '<y>'] } },
  ],
  [
    'XML elements that are always lists',
    { as: 'xml', lists: ['e'] },
    '<f><e>1</e><e>2</e></f>',
    { f: { e: ['1', '2'] } },
  ],
]
for (const [name, plan, body, expected] of BODIES)
  test(`${name} is read`, async () => assert.deepEqual(plain((await read(plan, body)).body), expected))

const UNREADABLE: [name: string, plan: DecodePlan | undefined, body: string | Uint8Array, code: string][] = [
  ['HTML where JSON is expected', undefined, '<html>hunter2</html>', 'SOURCE_UNREADABLE'],
  ['NDJSON cut short in its last line', { as: 'ndjson' }, '{"a":1}\n{"a":"hunter2', 'SOURCE_UNREADABLE'],
  ['CSV cut short in a quoted field', { as: 'csv' }, 'id,name\n1,"hunter2', 'SOURCE_UNREADABLE'],
  ['text that is not UTF-8', { as: 'text' }, Uint8Array.of(0xff), 'SOURCE_UNREADABLE'],
  ['XML cut short', { as: 'xml' }, '<a>hunter2', 'SOURCE_UNREADABLE'],
  ['XML that never was some', { as: 'xml' }, 'hunter2', 'SOURCE_UNREADABLE'],
  ['XML deeper than 64 levels', { as: 'xml' }, '<a>'.repeat(65) + '</a>'.repeat(65), 'ANSWER_TOO_DEEP'],
  ['a gzip file that is none', { as: 'text', gzip: true }, 'hunter2', 'SOURCE_UNAVAILABLE'],
  [
    'a gzip file that explodes',
    { as: 'text', gzip: true },
    gzipSync(Buffer.alloc(3_000_000)),
    'ANSWER_TOO_LARGE',
  ],
]
for (const [name, plan, body, code] of UNREADABLE) {
  test(`${name}: ${code}, and the message quotes nothing`, () =>
    assert.rejects(
      read(plan, body),
      (error) => isFault(error, code as never) && !/hunter2/.test(error.message),
    ))
}

test('a line of NDJSON that cannot be read is set aside and stops no other', async () => {
  const { body, broken } = await read(
    { as: 'ndjson' },
    `{"a":1}\n{"a":\n${'['.repeat(70)}\n{"a":12345678901234567890}\n`,
  )
  assert.deepEqual(body, [{ a: 1 }, { a: 12345678901234567890n }])
  assert.deepEqual(
    broken.map(({ record }) => record),
    ['{"a":', '['.repeat(70)],
  )
})

test('a row of CSV with another number of fields is set aside and stops no other', async () => {
  const { body, broken } = await read({ as: 'csv' }, 'id,name\n1,a\n2\n3,b,c\n4,d\n')
  assert.deepEqual(plain(body), [
    { id: '1', name: 'a' },
    { id: '4', name: 'd' },
  ])
  assert.deepEqual(broken, [
    { record: ['2'], message: 'CSV_RECORD_INCONSISTENT_COLUMNS' },
    { record: ['3', 'b', 'c'], message: 'CSV_RECORD_INCONSISTENT_COLUMNS' },
  ])
})

test('no entity is expanded: billion laughs and files are no XML', async () => {
  const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
  const file = '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><l>&f;</l>'
  for (const text of [laughs, file])
    await assert.rejects(read({ as: 'xml' }, text), { code: 'SOURCE_UNREADABLE' })
})

test('names of columns and elements that objects inherit are data', async () => {
  const csv = (await read({ as: 'csv' }, '__proto__,constructor\nx,y')).body as object[]
  const xml = (
    await read(
      { as: 'xml' },
      '<r><__proto__><polluted>1</polluted></__proto__><constructor>c</constructor></r>',
    )
  ).body
  assert.deepEqual(plain(csv), JSON.parse('[{"__proto__":"x","constructor":"y"}]'))
  assert.deepEqual(plain(xml), JSON.parse('{"r":{"__proto__":{"polluted":"1"},"constructor":"c"}}'))
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('the charset of the Content-Type counts for text, never for JSON', async () => {
  const latin = Uint8Array.of(0xfc)
  assert.equal((await read({ as: 'text' }, latin, 'text/plain; charset=ISO-8859-1')).body, 'ü')
  await assert.rejects(read({ as: 'text' }, latin, 'text/plain; charset=klingon'), {
    code: 'SOURCE_UNREADABLE',
  })
  assert.equal((await read(undefined, '"ü"', 'application/json; charset=ISO-8859-1')).body, 'ü')
})

test('an error body is JSON, or its text', () => {
  assert.deepEqual(decodeLeniently(answer('{"error":"x"}')), { error: 'x' })
  assert.equal(decodeLeniently(answer('<html>')), '<html>')
  assert.equal(decodeLeniently(answer('')), null)
  assert.equal((decodeLeniently(answer('x'.repeat(100_000))) as string).length, 65_536)
})

test('whatever bytes come, each format gives a value or one of its faults', async () => {
  const formats = ['json', 'ndjson', 'csv', 'xml', 'text'] as const
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    '"',
    '\\',
    ',',
    '\n',
    '<a>',
    '</a>',
    '&x;',
    '1',
    'é',
    '\u0000',
    ':',
    '\ufeff',
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...formats), fc.array(piece, { maxLength: 30 }), async (as, pieces) => {
      await read({ as }, pieces.join('')).catch((error) => assert.ok(isFault(error), String(error)))
    }),
    { seed: 13, numRuns: 500 },
  )
})
