import { celEnv, parse, plan } from '@bufbuild/cel'
import { compileExpression } from '../../src/expression/compile.ts'
import type { Figure } from './bench.ts'

export const name = 'expression'

type Data = {
  readonly event: string
  readonly at: string
  readonly state: string
  readonly count: number
  readonly actor: { readonly id: string; readonly kind: string; readonly email: string }
  readonly items: readonly { readonly kind: string; readonly size: number }[]
}
type Case = { readonly what: string; readonly source: string; readonly byHand: (record: Data) => unknown }

const SINCE = Date.parse('2026-06-01T00:00:00Z')
const EVENTS =
  'user.login user.logout user.invited file.shared file.deleted role.granted token.created org.renamed'.split(
    ' ',
  )
const STATES: ReadonlyMap<string, string> = new Map([
  ['on', 'active'],
  ['off', 'suspended'],
  ['new', 'pending'],
])

/** What connectors write, and what a person would have written instead. */
const CASES: readonly Case[] = [
  {
    what: 'two paths and &&',
    source: "record.event == 'user.login' && record.actor.kind == 'admin'",
    byHand: (record) => record.event === 'user.login' && record.actor.kind === 'admin',
  },
  {
    what: 'in a list of twelve',
    source: `record.event in [${[...EVENTS.slice(2), 'a', 'b', 'c', 'd', 'e', 'f'].map((event) => `'${event}'`).join(', ')}]`,
    byHand: (record) => WANTED.has(record.event),
  },
  {
    what: 'look-up in a table',
    source:
      "record.state in {'on': 1, 'off': 1, 'new': 1} ? {'on': 'active', 'off': 'suspended', 'new': 'pending'}[record.state] : 'unknown'",
    byHand: (record) => (STATES.has(record.state) ? STATES.get(record.state) : 'unknown'),
  },
  {
    what: 'text functions',
    source: "record.actor.email.endsWith('@acme.example') && !record.actor.id.startsWith('svc-')",
    byHand: (record) => record.actor.email.endsWith('@acme.example') && !record.actor.id.startsWith('svc-'),
  },
  {
    what: 'time read and compared',
    source: "timestamp(record.at) >= timestamp('2026-06-01T00:00:00Z')",
    byHand: (record) => Date.parse(record.at) >= SINCE,
  },
  {
    what: 'a number and a list',
    source:
      "record.count > 2 && size(record.items) > 1 && record.items.exists(item, item.kind == 'secret' && item.size > 10)",
    byHand: (record) =>
      record.count > 2 &&
      record.items.length > 1 &&
      record.items.some((item) => item.kind === 'secret' && item.size > 10),
  },
]
const WANTED = new Set([...EVENTS.slice(2), 'a', 'b', 'c', 'd', 'e', 'f'])

function makeRecords(): readonly Data[] {
  return Array.from({ length: 64 }, (_, i) => ({
    event: EVENTS[i % 3 === 0 ? 0 : i % EVENTS.length]!,
    at: `2026-0${1 + (i % 9)}-1${i % 10}T0${i % 10}:15:30.${100 + i}Z`,
    state: ['on', 'off', 'new', 'other'][i % 4]!,
    count: i % 7,
    actor: {
      id: i % 5 === 0 ? `svc-${i}` : `u-${i}`,
      kind: i % 2 === 0 ? 'admin' : 'user',
      email: `person${i}@${i % 3 === 0 ? 'other.example' : 'acme.example'}`,
    },
    items: Array.from({ length: i % 4 }, (_, k) => ({
      kind: k === i % 3 ? 'secret' : 'public',
      size: i + k,
    })),
  }))
}

type Evaluate = (record: Data) => unknown
const SCOPE = { record: 'dyn' } as const

function ours({ source }: Case): Evaluate {
  const compiled = compileExpression(source, SCOPE)
  if ('problems' in compiled) throw new Error(`${source}: ${JSON.stringify(compiled.problems)}`)
  const { evaluate } = compiled.program
  return (record) => evaluate({ record })
}

function reference({ source }: Case): Evaluate {
  const evaluate = plan(celEnv(), parse(source))
  return (record) => evaluate({ record: record as never })
}

/** Evaluations a second: the best of several short runs, because other work on the machine only ever slows one down. */
function perSecond(evaluate: Evaluate, records: readonly Data[], runMs: number): number {
  const results: unknown[] = new Array(records.length)
  let best = 0
  for (let run = 0; run < 7; run++) {
    let count = 0
    let elapsedMs = 0
    const start = performance.now()
    while (elapsedMs < runMs) {
      // Results are kept, so that no evaluation is optimised away.
      for (let round = 0; round < 20; round++)
        for (let i = 0; i < records.length; i++) results[i] = evaluate(records[i]!)
      count += 20 * records.length
      elapsedMs = performance.now() - start
    }
    best = Math.max(best, (count / elapsedMs) * 1000)
  }
  return best
}

function assertSame(one: Case, records: readonly Data[]): void {
  const [a, b] = [ours(one), reference(one)]
  for (const record of records)
    if (a(record) !== b(record) || a(record) !== one.byHand(record)) throw new Error(`${one.source} differs`)
}

/** Speed of a mix in which every expression is evaluated equally often. */
function mixed(speeds: readonly number[]): number {
  return speeds.length / speeds.reduce((sum, speed) => sum + 1 / speed, 0)
}

export async function run(): Promise<readonly Figure[]> {
  const records = makeRecords()
  for (const one of CASES) assertSame(one, records)
  const rows = CASES.map((one) => ({
    what: one.what,
    value: perSecond(ours(one), records, 60),
    byHand: perSecond(one.byHand, records, 60),
    reference: perSecond(reference(one), records, 60),
  }))
  const mix = {
    what: 'mix',
    value: mixed(rows.map((row) => row.value)),
    byHand: mixed(rows.map((row) => row.byHand)),
    reference: mixed(rows.map((row) => row.reference)),
  }
  return [mix, ...rows].flatMap(({ what, value, byHand, reference: slow }) => [
    figure(`expression, ${what}`, value, { limit: byHand, limitWhat: 'written by hand' }),
    figure(`expression, ${what}, times`, value, {
      limit: slow,
      limitWhat: 'reference evaluator; at least 50 times',
    }),
  ])
}

function figure(title: string, value: number, limit: Pick<Figure, 'limit' | 'limitWhat'>): Figure {
  return { name: title, value, unit: 'per second', ...limit, ratio: value / limit.limit }
}
