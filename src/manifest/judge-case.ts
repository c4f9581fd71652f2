import { type Env, Failure, type Program } from '../model/expression.ts'
import type { Path } from './path.ts'

/** What a check says: of one thing, or of all records together. */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'notApplicable'

/** A check, its expressions compiled. */
export type Judge = {
  readonly reads: readonly string[]
  readonly each: string | undefined
  readonly where: Program | undefined
  /** Absent: the paths in `pass` are the inputs. */
  readonly inputs: readonly Program[] | undefined
  readonly pass: Program
  readonly onEmpty: Verdict
  /** What a missing input means, where the vendor documents it. */
  readonly absent: Verdict | undefined
}

/**
 * The verdict on given values, by the rules of docs/manifest.md: inputs first, and unknown never becomes pass.
 *
 * @param given stream names to their record (`reads`) or list of records (`each`).
 * @param base the other names in scope.
 */
export function judgeCase(judge: Judge, given: Env, base: Env): Verdict {
  const env: Env = { ...base, ...Object.fromEntries(judge.reads.map((name) => [name, given[name]])) }
  if (judge.reads.some((name) => given[name] === undefined)) return 'unknown'
  if (judge.each === undefined) return judgeOne(judge, env)
  const records: unknown = given[judge.each]
  if (!Array.isArray(records)) return 'unknown'
  const rows = records.map((record: unknown) => ({ ...env, record }))
  const asked = rows
    .map((row) => [row, judge.where?.evaluate(row) ?? true] as const)
    .filter(([, holds]) => holds !== false)
  if (asked.length === 0) return judge.onEmpty
  const verdicts = asked.map(([row, holds]) => (holds === true ? judgeOne(judge, row) : 'unknown'))
  return WORST.find((verdict) => verdicts.includes(verdict)) ?? 'unknown'
}

const WORST: readonly Verdict[] = ['fail', 'unknown', 'notApplicable', 'pass']

function judgeOne(judge: Judge, env: Env): Verdict {
  const values = inputValues(judge, env)
  if (values.includes(undefined)) return 'unknown'
  if (values.includes(null)) return judge.absent ?? 'unknown'
  const verdict = judge.pass.evaluate(env)
  if (typeof verdict !== 'boolean') return 'unknown'
  return verdict ? 'pass' : 'fail'
}

/** Null stands for missing too; `undefined` for an input that fails otherwise. */
function inputValues({ reads, inputs, pass }: Judge, env: Env): readonly unknown[] {
  if (inputs === undefined) {
    const roots: readonly unknown[] = ['record', ...reads]
    return pass.reads.filter(([root]) => roots.includes(root)).map((path) => valueAt(env, path))
  }
  return inputs.map((input) => {
    const value = input.evaluate(env)
    if (!(value instanceof Failure)) return value
    return value.reason === 'missing' ? null : undefined
  })
}

function valueAt(env: Env, path: Path): unknown {
  let value: unknown = env
  for (const step of path) {
    const isIn = typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    if (!isIn) return null
    value = (value as Readonly<Record<string | number, unknown>>)[step]
  }
  return value ?? null
}
