import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringifyJson } from '../../lib/json.ts'
import type { OcsfEvent } from '../../model/event.ts'
import { ACTIONS } from '../../ocsf/actions.ts'
import { HOUSE_PROFILES, objectByName, requireClass, type Shape } from '../../ocsf/tables.ts'
import { SHORT_ATTRIBUTES } from '../../ocsf/vocabulary.ts'
import { assembledBuild } from '../activity.ts'
import type { Origin } from '../origin.ts'
import { Refused } from '../reading.ts'
import { type MappingRow, rowPlan } from '../row-plan.ts'
import { newTally } from '../tally.ts'
import { acmeConnector, faultsOf, NOW_MS } from '../testing/acme.ts'
import { anyChanges, anyValue, canonical, changed } from '../testing/arbitrary.ts'
import { programOf, templateOf } from '../testing/program.ts'
import { acmeRecord } from '../testing/record.ts'
import { canGenerate } from './can-generate.ts'
import { generateBuild, generateTextBuild, type RowContext } from './generate.ts'

const ORIGIN: Origin = {
  event: { app: { name: 'Acme Suite', vendor: 'Acme', uid: 'acme-suite' }, tenant: {}, logName: 'audit' },
  uidPrefix: 'acme-suite:audit:',
  keepsRaw: false,
  exploded: undefined,
  programs: { key: programOf('record.id'), by: programOf('record.event') },
}

type Outcome = { readonly event: unknown; readonly unfit: ReadonlyMap<string, number> }
type Made = { readonly context: RowContext; readonly tables?: Readonly<Record<string, unknown>> }

/** Makes an event in all ways, and holds them to be the same, and valid. */
function compare({ context, tables = {} }: Made, record: object, eventCode: string | undefined): void {
  const builds = [assembledBuild, generateBuild, generateTextBuild] as const
  const readings = builds.map((build) => {
    const reading = {
      row: { record, key: 'k-1', timeMs: NOW_MS - 1000 },
      env: { settings: {}, tables, record },
      ...{ eventCode, nowMs: NOW_MS, tally: newTally() },
    }
    return { event: build(context)(reading), unfit: reading.tally.unfit }
  })
  const [assembled, generated, text] = readings as readonly Outcome[] as [Outcome, Outcome, Outcome]
  assert.deepEqual(generated.unfit, assembled.unfit)
  assert.deepEqual(text.unfit, assembled.unfit)
  assert.equal(generated.event instanceof Refused, assembled.event instanceof Refused)
  if (generated.event instanceof Refused) assert.deepEqual(text.event, generated.event)
  else {
    assert.deepEqual(canonical(generated.event), canonical(assembled.event))
    assert.equal(text.event, stringifyJson(generated.event))
    assert.deepEqual(
      faultsOf(generated.event as OcsfEvent).filter((fault) => !EXCUSED.test(fault)),
      [],
    )
  }
}

/** What only a whole log can be blamed for, and what random records say by chance. */
const EXCUSED = /actor_missing|status_lost|deprecated/

const { map, window } = acmeConnector().streams['audit']!
const contexts = [...Object.entries(map?.events ?? {}), ['brand.new', map?.otherwise ?? {}] as const].flatMap(
  ([name, rows]) =>
    [rows].flat().map((row): RowContext => {
      const plan = { ...rowPlan(row as MappingRow, map?.common), time: window!.time }
      return { plan, origin: ORIGIN, eventCode: name === 'brand.new' ? undefined : name }
    }),
)
const generated = contexts.filter(({ plan }) => canGenerate(plan))

test('only rows that give whole objects are left to the assembler', () => {
  assert.deepEqual(
    contexts.filter(({ plan }) => !canGenerate(plan)).map(({ eventCode }) => eventCode),
    ['whole.user'],
  )
})

test('of any record, however damaged, a generated function makes what the assembler makes, and it is valid', () => {
  fc.assert(
    fc.property(fc.constantFrom(...generated), anyChanges, (context, changes) => {
      const name = context.eventCode ?? 'brand.new'
      compare({ context, tables: map?.tables ?? {} }, changed(acmeRecord(name), changes), name)
    }),
    { seed: 20_261_123, numRuns: 250 },
  )
})

const FIELDS = ['a', 'b', 'c', 'd', 'e', 'f']
const expression = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...FIELDS.flatMap((name) => [`record.${name}`, `record.o.${name}`])),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'record.l[0]',
      'record.l[1].a',
      'record.o.p.a',
      'record.o',
      'record.l',
      'record',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['default(record.a, record.b)', "record.a + 'x'", 'string(record.c)', "record.a == 'yes'"],
      ...['record.b ? record.c : record.d', 'timestamp(record.t)', '[record.a, record.b]', "{'x': record.a}"],
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("'text'", "'User'", "'other'", '1', 'true', "'10.0.0.1'", "'Unknown'"),
  },
)

const members = Object.fromEntries(FIELDS.map((name) => [name, anyValue]))
const item = fc.oneof(fc.constantFrom('x', 'y', 3), fc.record({ a: fc.string({ minLength: 1 }) }))
const record = fc.record(
  {
    ...members,
    t: fc.constantFrom('2026-11-01T00:00:00Z', 'x', 5),
    o: fc.record({ ...members, p: fc.record({ a: anyValue, z: anyValue }) }, { requiredKeys: [] }),
    l: fc.array(item, { maxLength: 3 }),
    z: anyValue,
  },
  { requiredKeys: [] },
)

const CLASSES = [3001, 3002, 3003, 3004, 3005, 3006, 6001, 6002, 6003, 6005, 6006, 6008, 2004, 2006, 4009]

/** Attributes of a class that `set` may name, two objects deep. */
function settable(shape: Shape, prefix = '', depth = 0): readonly string[] {
  return [...shape.attributes.values()]
    .filter(
      ({ profiles, deprecated }) =>
        !deprecated && (profiles?.some((name) => HOUSE_PROFILES.includes(name)) ?? true),
    )
    .flatMap(({ name, object, isArray }) => {
      const inner = object === undefined ? undefined : objectByName(object)
      if (inner === undefined) return [prefix + name]
      return depth === 2 ? [] : settable(inner, `${prefix}${name}${isArray ? '[1]' : ''}.`, depth + 1)
    })
    .filter(
      (path) => !/^(class|category|activity|type)_|^(time|observables|raw_data)|_dt$|^metadata\./.test(path),
    )
}
const settableIn = new Map(CLASSES.map((uid) => [uid, settable(requireClass(uid))]))

const words = SHORT_ATTRIBUTES.filter((word) => word !== 'time')
const row = fc
  .record({
    classUid: fc.constantFrom(...CLASSES),
    shorts: fc.array(fc.tuple(fc.constantFrom(...words), expression), { maxLength: 10 }),
    sets: fc.array(fc.tuple(fc.nat(100_000), expression), { maxLength: 3 }),
    choice: fc.nat(100),
  })
  .map(({ classUid, shorts, sets, choice }): MappingRow => {
    const groups: Record<string, unknown> = {}
    for (const [short, source] of shorts) {
      const [group = '', word] = short.split('.')
      if (word === undefined) groups[group] = programOf(source)
      else groups[group] = { ...(groups[group] as object), [word]: programOf(source) }
    }
    const paths = settableIn.get(classUid)!
    const actions = ACTIONS.filter((action) => action.classUid === classUid)
    return {
      ...groups,
      set: Object.fromEntries(sets.map(([i, source]) => [paths[i % paths.length], programOf(source)])),
      ...(choice % 3 > 0 && actions.length > 0
        ? { action: actions[choice % actions.length]!.verb }
        : { class: requireClass(classUid).name, activity: ['create', 'other', 'Zap'][choice % 3]! }),
      ...(choice % 5 === 0 && { status: templateOf('{{ record.a }}') }),
      ...(choice % 7 === 0 && { severity: templateOf('high') }),
    } as MappingRow
  })

test('of any row of any class, the generated function makes what the assembler makes, and it is valid', () => {
  fc.assert(
    fc.property(
      row,
      fc.array(record, { minLength: 2, maxLength: 2 }),
      fc.boolean(),
      (given, records, isNamed) => {
        const eventCode = isNamed ? 'the.event' : undefined
        const plan = { ...rowPlan(given), ...(isNamed && { time: programOf('record.t') }) }
        if (!canGenerate(plan)) return
        for (const one of records) compare({ context: { plan, origin: ORIGIN, eventCode } }, one, eventCode)
      },
    ),
    { seed: 20_261_123, numRuns: 150 },
  )
})
