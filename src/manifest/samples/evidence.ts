import { nearest } from '../../lib/nearest.ts'
import { type Env, Failure, type Program, type Template, type Value } from '../../model/expression.ts'
import { complaintAt } from '../complain.ts'
import type { Node } from '../node.ts'
import { offsetOfPart } from '../offset-of-part.ts'
import { formatPath, type Path } from '../path.ts'
import { placeInScalar } from '../scalar-place.ts'
import type { Study } from '../study.ts'

/** What evaluating one field over the samples showed. */
type Finding = {
  readonly program: Program | Template
  hasValue: boolean
  /** The environments in which something was missing, a few of them. */
  readonly missing: Env[]
  failure: Failure | undefined
}
/** By where the field is written: a mapping that two streams share is one. */
export type Evidence = Map<Node, Finding>

/** After so many records nothing new is learned about what is missing. */
const ENOUGH = 50

/**
 * Evaluates the field at a path and remembers what came of it.
 *
 * @returns the value; `undefined` where it has none, cannot be known from samples, or was not compiled.
 */
export function weigh(study: Study, evidence: Evidence, path: Path, env: Env): Value | undefined {
  const where = formatPath(path)
  const program = study.meanings.programs.get(where) ?? study.meanings.templates.get(where)
  const node = study.located.get(where)?.node
  if (program === undefined || node === undefined || !isKnowable(program, env)) return undefined
  const value = program.evaluate(env)
  const finding = evidence.get(node) ?? { program, hasValue: false, missing: [], failure: undefined }
  evidence.set(node, finding)
  if (!(value instanceof Failure)) {
    finding.hasValue = true
    return value
  }
  if (value.reason !== 'missing') finding.failure ??= value
  else if (finding.missing.length < ENOUGH) finding.missing.push(env)
  return undefined
}

const programsIn = (program: Program | Template): readonly Program[] => ('programs' in program ? program.programs : [program])

/** Samples hold answers: not what a look-up table, a token or a customer gives. */
function isKnowable(program: Program | Template, env: Env): boolean {
  const reads = programsIn(program).flatMap(({ reads }) => reads)
  return reads.every(([root, part]) => {
    if (!Object.hasOwn(env, String(root))) return false
    return root !== 'settings' || part === undefined || Object.hasOwn(Object(env['settings']), String(part))
  })
}

/** Complains about what no sample has, and about what fails on one. */
export function reportEvidence(study: Study, evidence: Evidence): void {
  for (const site of study.sites) {
    const finding = site.kind === 'reference' ? undefined : evidence.get(site.node)
    if (finding === undefined) continue
    const say = (offset: number, code: 'PATH_ABSENT' | 'EXPRESSION_FAILS', message: string, hint?: string) =>
      study.complaints.push(complaintAt(placeInScalar(site.node, offset), site.path, { code, message, hint }))
    if (finding.failure !== undefined) say(0, 'EXPRESSION_FAILS', `this fails on a sample: ${finding.failure.message}`)
    else if (!finding.hasValue && finding.missing.length > 0) {
      const gap = gapOf(finding)
      if (gap === undefined) say(0, 'PATH_ABSENT', 'this has no value in any sample')
      else say(offsetOfPart(site.text, gap.path), 'PATH_ABSENT', `no sample has ${formatPath(gap.path)}`, hintOf(gap))
    }
  }
}

/** The step at which a path ends too early in every sample, and what stands there instead. */
type Gap = { readonly path: Path; readonly keys: readonly string[]; readonly isList: boolean }

function gapOf({ program, missing }: Finding): Gap | undefined {
  for (const read of programsIn(program).flatMap(({ reads }) => reads)) {
    const ends = missing.map((env) => firstGap(env, read))
    const deepest = Math.max(...ends.map((end) => end?.depth ?? Number.NaN))
    if (Number.isNaN(deepest)) continue
    const parents = ends.filter((end) => end?.depth === deepest).map((end) => end?.parent)
    const keys = new Set(parents.flatMap((parent) => (Array.isArray(parent) ? [] : Object.keys(Object(parent)))))
    return { path: read.slice(0, deepest + 1), keys: [...keys], isList: parents.some(Array.isArray) }
  }
  return undefined
}

function firstGap(env: Env, read: Path): { readonly depth: number; readonly parent: unknown } | undefined {
  let value: unknown = env
  for (const [depth, step] of read.entries()) {
    const isIn = typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    if (!isIn) return { depth, parent: value }
    value = (value as Readonly<Record<string | number, unknown>>)[step]
  }
  return undefined
}

function hintOf({ path, keys, isList }: Gap): string | undefined {
  const wanted = String(path.at(-1))
  if (isList) return 'there is a list here: take an element with [0], or use map() or filter()'
  const meant = nearest(wanted, keys) ?? keys.find((key) => plain(key) === plain(wanted)) ?? keys.find((key) => key.includes(wanted))
  if (meant !== undefined) return `the sample has "${meant}", did you mean that?`
  return keys.length === 0 ? undefined : `the sample has ${keys.slice(0, 12).join(', ')}`
}

const plain = (key: string) => key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
