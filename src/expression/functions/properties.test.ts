import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Env, Failure, Instant, Span } from '../../model/expression.ts'
import { compileExpression } from '../compile.ts'

const OPTIONS = { numRuns: 200, seed: 20261123 }

function evaluator(source: string): (x: unknown) => unknown {
  const compiled = compileExpression(source, { x: 'dyn' })
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems))
  return (x) => compiled.program.evaluate({ x } satisfies Env)
}

const isTrueFor = (source: string, arbitrary: fc.Arbitrary<unknown>): void => {
  const evaluate = evaluator(source)
  fc.assert(
    fc.property(arbitrary, (x) => assert.equal(evaluate(x), true)),
    OPTIONS,
  )
}

const unicode = fc.string({ unit: 'grapheme' })
const day = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})
const instant = fc
  .tuple(day, fc.integer({ min: 0, max: 999_999 }))
  .map(([date, nanos]) => new Instant(date.getTime(), nanos))
const span = fc
  .tuple(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([ms, nanos]) => new Span(ms, nanos))

test('what is encoded is decoded to the same', () => {
  for (const name of ['base64', 'base64Url', 'url'])
    isTrueFor(`${name}Decode(${name}Encode(x)) == x`, unicode)
  // Doubles beyond 2^53 print as whole numbers that are not exactly theirs, and are read exactly.
  const json = fc.jsonValue().filter((x) => !/\d{16}/.test(JSON.stringify(x)))
  isTrueFor('jsonParse(jsonText(x)) == x', json)
})

test('times and durations have a text that reads as the same', () => {
  isTrueFor('timestamp(string(x)) == x', instant)
  isTrueFor('duration(string(x)) == x', span)
  isTrueFor("parseTime(string(x), 'iso') == x", instant)
  isTrueFor(
    `parseTime(format(x, "EEE, d MMM yyyy hh:mm:ss.SSSSSSSSS a XXX"), "EEE, d MMM yyyy hh:mm:ss.SSSSSSSSS a XXX") == x`,
    instant.filter(({ ms }) => ms > Date.UTC(1000)),
  )
  isTrueFor("fromUnixMs(format(x, 'unixMs')) <= x", instant)
})

test('moving a time there and back changes nothing', () => {
  const near = instant.filter(({ ms }) => Math.abs(ms) < 1e13)
  const evaluate = evaluator(
    'x.t + x.d - x.d == x.t && (x.t + x.d) - x.t == x.d && (x.d < duration("0s")) == (x.t + x.d < x.t)',
  )
  fc.assert(
    fc.property(near, span, (t, d) => assert.equal(evaluate({ t, d }), true)),
    OPTIONS,
  )
})

test('a timestamp is read as JavaScript reads it', () => {
  const evaluate = evaluator('timestamp(x)')
  const offset = fc.tuple(
    fc.constantFrom('+', '-'),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
  )
  fc.assert(
    fc.property(day, offset, (date, [sign, hours, minutes]) => {
      const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
      const text = date.toISOString().replace('Z', zone)
      const value = evaluate(text)
      if (value instanceof Instant) assert.equal(value.ms, Date.parse(text))
      else assert.ok(value instanceof Failure && value.reason === 'range')
    }),
    OPTIONS,
  )
})

const NOT_TIMES = [
  '',
  '2026-01-02',
  '2026-01-02 03:04:05Z',
  '2026-01-02T03:04:05',
  '2026-13-02T03:04:05Z',
  '2026-02-29T03:04:05Z',
  '2026-01-00T03:04:05Z',
  '2026-01-02T24:00:00Z',
  '2026-01-02T03:60:05Z',
  '2026-01-02T03:04:60Z',
  '2026-01-02T03:04:05.Z',
  '2026-01-02T03:04:05.1234567890Z',
  '2026-01-02T03:04:05+0100',
  '2026-01-02T03:04:05+24:00',
  '2026-01-02T03:04:05Zx',
  '2o26-01-02T03:04:05Z',
]

for (const text of NOT_TIMES)
  test(`not a timestamp: ${JSON.stringify(text)}`, () => {
    const value = evaluator('timestamp(x)')(text)
    assert.ok(value instanceof Failure && value.reason === 'format')
  })

test('the wall clock of a zone is right across its changes', () => {
  const local = evaluator(
    "string(x.getFullYear('Europe/Berlin')) + ' ' + string(x.getDate('Europe/Berlin')) + ' ' + string(x.getHours('Europe/Berlin')) + ':' + string(x.getMinutes('Europe/Berlin'))",
  )
  assert.equal(local(new Instant(Date.parse('2026-03-29T00:59:00Z'))), '2026 29 1:59')
  assert.equal(local(new Instant(Date.parse('2026-03-29T01:00:00Z'))), '2026 29 3:0')
  assert.equal(local(new Instant(Date.parse('2025-12-31T23:30:00Z'))), '2026 1 0:30')
  assert.equal(evaluator("x.getHours('-02:30')")(new Instant(Date.parse('2026-01-01T01:00:00Z'))), 22n)
  const nowhere = evaluator("x.getHours('Mars/Olympus')")(new Instant(0))
  assert.ok(nowhere instanceof Failure && nowhere.reason === 'format')
})

test('an IP address is what Node takes for one, and its shortest form is the same address', () => {
  const isIp = evaluator('isIp(x)')
  const shortest = evaluator('ip(x)')
  const likely = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.stringMatching(/^[0-9a-f:.]{0,20}$/),
    fc.stringMatching(/^(?:[0-9a-f]{0,4}:){2,8}[0-9a-f]{0,4}$/),
  )
  fc.assert(
    fc.property(likely, (text) => {
      assert.equal(isIp(text), isIP(text) !== 0, text)
      if (isIP(text) === 6) assert.equal(shortest(text), new URL(`http://[${text}]`).hostname.slice(1, -1))
      if (isIP(text) === 4) assert.equal(shortest(text), text)
    }),
    { ...OPTIONS, numRuns: 1000 },
  )
})

const CIDR: readonly (readonly [address: string, network: string, isInside: boolean])[] = [
  ['10.255.255.255', '10.0.0.0/8', true],
  ['11.0.0.0', '10.0.0.0/8', false],
  ['172.31.255.255', '172.16.0.0/12', true],
  ['172.32.0.0', '172.16.0.0/12', false],
  ['1.2.3.4', '0.0.0.0/0', true],
  ['1.2.3.4', '1.2.3.4', true],
  ['1.2.3.4', '1.2.3.4/32', true],
  ['1.2.3.5', '1.2.3.4/32', false],
  ['::ffff:10.1.2.3', '10.0.0.0/8', true],
  ['2001:db8:8000::', '2001:db8::/33', false],
  ['2001:db8:7fff::', '2001:db8::/33', true],
  ['1.2.3.4', '::/0', false],
]

for (const [address, network, isInside] of CIDR)
  test(`${address} is ${isInside ? '' : 'not '}in ${network}`, () =>
    assert.equal(evaluator('inCidr(x.a, x.n)')({ a: address, n: network }), isInside))

const PRIVATE = [
  '0.255.0.1 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 169.254.0.1 172.16.0.0 172.31.255.255',
  '192.0.0.1 192.0.2.1 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1',
  '255.255.255.255 :: ::1 64:ff9b:1::1 100::1 2001:db8::1 fc00::1 fdff::1 fe80::1 febf::1 ff02::1 ::ffff:10.0.0.1',
]
const PUBLIC = [
  '1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.0.0 169.255.0.0',
  '172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255',
  '198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 ::2 64:ff9b::1 100:0:0:1::1 2001:db7::1 2001:db9::1',
  'fbff::1 fe7f::1 fec0::1 2606:4700::1111 ::ffff:8.8.8.8',
]

test('addresses are private up to the edges of the special-purpose networks, and not beyond', () => {
  const isPrivate = evaluator('isPrivateIp(x)')
  const wrong = [
    ...PRIVATE.flatMap((line) => line.split(' ')).filter((address) => isPrivate(address) !== true),
    ...PUBLIC.flatMap((line) => line.split(' ')).filter((address) => isPrivate(address) !== false),
  ]
  assert.deepEqual(wrong, [])
})

test('positions count characters, whatever they are made of', () => {
  const text = 'a😀b😀c'
  const evaluate = (source: string): unknown => evaluator(source)(text)
  assert.equal(evaluate('size(x)'), 5n)
  assert.equal(evaluate('x.charAt(1)'), '😀')
  assert.equal(evaluate('x.substring(2)'), 'b😀c')
  assert.equal(evaluate('x.substring(1, 3)'), '😀b')
  assert.equal(evaluate("x.indexOf('c')"), 4n)
  assert.equal(evaluate("x.indexOf('😀', 2)"), 3n)
  assert.equal(evaluate("x.lastIndexOf('😀')"), 3n)
  assert.equal(evaluate("x.lastIndexOf('😀', 2)"), 1n)
  assert.equal(evaluate("x.split('').size()"), 5n)
  assert.equal(evaluate("x.replace('', '-')"), '-a-😀-b-😀-c-')
  assert.equal(evaluate("x > 'a\uffff'"), true)
})

test('a text replaced some times keeps the rest', () => {
  const evaluate = evaluator("x.t.replace('a', 'b', int(x.n))")
  assert.equal(evaluate({ t: 'aaa', n: 0 }), 'aaa')
  assert.equal(evaluate({ t: 'aaa', n: 2 }), 'bba')
  assert.equal(evaluate({ t: 'aaa', n: 9 }), 'bbb')
  assert.equal(evaluate({ t: 'aaa', n: -1 }), 'bbb')
  assert.equal(evaluator("x.replace('', '-', 2)")('abc'), '-a-bc')
})
