import type { Program } from '../../model/expression.ts'
import { actionByVerb } from '../../ocsf/actions.ts'
import { type CheckDraft, entriesOf, itemsOf, valueAt } from '../draft.ts'
import { formatPath, type Path } from '../path.ts'
import { complain, complainKey, isWritten, meaningsAt, programsOf, type Study } from '../study.ts'

/** The verdict of each check rests on what it reads, and cannot be safe by accident. */
export function posture(study: Study): void {
  for (const [name, check] of entriesOf(study.draft.checks)) {
    const path = ['checks', name]
    subjects(study, path, check)
    ground(study, path, check)
    unused(study, path, check)
    parameters(study, path, check)
    changes(study, path, check)
  }
}

const NAME = /^[A-Za-z_]\w*$/
const TAKEN = new Set(['record', 'settings', 'parameters', 'now'])

/** What it reads is configuration; what it judges one by one is anything that is read whole. */
function subjects(study: Study, path: Path, check: CheckDraft): void {
  if (!isWritten(study, [...path, 'reads']) && !isWritten(study, [...path, 'each']))
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: `"${path[1]}" needs "reads" or "each": what it looks at`,
    })
  for (const [i, name] of itemsOf(check.reads)) {
    const kind = valueAt(study.draft.streams, name)?.kind
    const at = [...path, 'reads', i]
    if (kind !== undefined && kind !== 'settings')
      complain(study, at, {
        code: 'REFERENCE_UNFIT',
        message: `"${name}" is a stream of ${kind}: reads takes settings`,
        hint: `each: ${name} judges its records one by one`,
      })
    if (!NAME.test(name) || TAKEN.has(name))
      complain(study, at, {
        code: 'REFERENCE_UNFIT',
        message: `"${name}" cannot be a name in expressions`,
        hint: 'rename the stream: letters, digits and _',
      })
  }
  const kind = check.each === undefined ? undefined : valueAt(study.draft.streams, check.each)?.kind
  if (kind === 'activity')
    complain(study, [...path, 'each'], {
      code: 'REFERENCE_UNFIT',
      message: `"${check.each}" is a stream of activity: a check judges what is, not what happened`,
    })
}

/** Paths below what a check reads: `org.sso.mode`, `record.mfa`. */
function groundsOf(
  check: CheckDraft,
  program: Program | undefined,
): readonly (readonly (string | number)[])[] {
  const roots: readonly unknown[] = [...(check.reads ?? []), ...(check.each === undefined ? [] : ['record'])]
  return (program?.reads ?? []).filter(([root]) => roots.includes(root))
}

function ground(study: Study, path: Path, check: CheckDraft): void {
  const { programs } = study.meanings
  const pass = programs.get(formatPath([...path, 'pass']))
  if (pass === undefined) return
  const grounds = groundsOf(check, pass)
  const inputs = itemsOf(check.inputs).map(([i]) => programs.get(formatPath([...path, 'inputs', i])))
  if (grounds.length === 0)
    complain(study, [...path, 'pass'], {
      code: 'CHECK_GROUNDLESS',
      message: 'pass does not look at anything the check reads: it always gives the same verdict',
    })
  if (check.inputs === undefined) return
  if (inputs.length === 0)
    complain(study, [...path, 'inputs'], {
      code: 'CHECK_GROUNDLESS',
      message: 'without inputs nothing guards the verdict',
      hint: 'remove inputs: then the paths in pass are looked at',
    })
  const guarded = inputs.flatMap((program) => program?.reads ?? [])
  const open = grounds.find(
    (read) =>
      !guarded.some(
        (known) => known.every((step, i) => read[i] === step) || read.every((step, i) => known[i] === step),
      ),
  )
  if (open !== undefined && inputs.every((program) => program !== undefined))
    complain(study, [...path, 'pass'], {
      code: 'CHECK_UNGUARDED',
      message: `pass reads ${formatPath(open)}, which inputs does not list`,
      level: 'warning',
    })
}

const ONLY_EACH = ['where', 'entity', 'onEmpty'] as const

function unused(study: Study, path: Path, check: CheckDraft): void {
  if (!isWritten(study, [...path, 'each']))
    for (const key of ONLY_EACH)
      if (isWritten(study, [...path, key]))
        complainKey(study, [...path, key], {
          code: 'FIELD_UNUSED',
          message: `"${key}" has no effect without each`,
        })
  const programs = meaningsAt(study, path).flatMap((site) => programsOf(study, site) ?? [])
  const read = new Set(programs.flatMap((program) => program.reads.map(([root]) => root)))
  for (const [i, name] of itemsOf(check.reads))
    if (!read.has(name) && NAME.test(name))
      complain(study, [...path, 'reads', i], {
        code: 'FIELD_UNUSED',
        message: `nothing in the check uses "${name}"`,
        level: 'warning',
      })
}

function parameters(study: Study, path: Path, check: CheckDraft): void {
  for (const [name, { default: value, min, max }] of entriesOf(check.parameters)) {
    const isOutside =
      typeof value === 'number' && ((min !== undefined && value < min) || (max !== undefined && value > max))
    if (isOutside)
      complain(study, [...path, 'parameters', name, 'default'], {
        code: 'VALUE_INVALID',
        message: 'the default lies outside min and max',
      })
  }
}

/** Events that change a setting are told by the mapping's names, or by our actions. */
function changes(study: Study, path: Path, check: CheckDraft): void {
  const names = new Set(
    entriesOf(study.draft.streams).flatMap(([, { map }]) => Object.keys(map?.events ?? {})),
  )
  for (const [i, name] of itemsOf(check.changedBy))
    if (!names.has(name) && actionByVerb(name) === undefined)
      complain(study, [...path, 'changedBy', i], {
        code: 'REFERENCE_UNKNOWN',
        message: `no mapping has an event "${name}", and it is no action`,
        level: 'warning',
      })
}
