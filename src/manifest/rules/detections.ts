import { actionByVerb, actionProblem } from '../../ocsf/actions.ts'
import { attributeAt } from '../../ocsf/attribute-at.ts'
import { type DetectionDraft, entriesOf, itemsOf } from '../draft.ts'
import type { Path } from '../path.ts'
import { complain, complainKey, meaningsAt, programsOf, type Study } from '../study.ts'
import { rowsOf } from './mapping.ts'

/** Detections look at actions that exist and at attributes that events have. */
export function detections(study: Study): void {
  const made = actionsMade(study)
  for (const [name, detection] of entriesOf(study.draft.detections)) {
    const path = ['detections', name]
    const verbs = [
      ...verbsAt(study, [...path, 'on'], detection.on),
      ...itemsOf(detection.sequence?.steps).flatMap(([i, step]) =>
        verbsAt(study, [...path, 'sequence', 'steps', i, 'on'], step.on),
      ),
    ]
    eventPaths(study, path, verbs)
    sequence(study, path, detection)
    if (made.size > 0 && verbs.length > 0 && !verbs.some((verb) => made.has(verb)))
      complain(study, [...path, 'on'], {
        code: 'REFERENCE_UNFIT',
        message: 'no mapping makes events of these actions',
        level: 'warning',
      })
    tests(study, path, detection)
  }
}

/** The actions that the mappings of this manifest give to events. */
function actionsMade({ draft }: Study): ReadonlySet<string> {
  const rows = entriesOf(draft.streams).flatMap(([, { map }]) => (map === undefined ? [] : rowsOf(map, [])))
  return new Set(
    rows.map(({ row, common }) => row.action ?? common.action).filter((verb) => verb !== undefined),
  )
}

type Verbs = string | readonly (string | undefined)[] | undefined

function verbsAt(study: Study, path: Path, on: Verbs): readonly string[] {
  const placed: readonly (readonly [Path, string])[] =
    typeof on === 'string' ? [[path, on]] : itemsOf(on).map(([i, verb]) => [[...path, i], verb])
  if (on !== undefined && placed.length === 0)
    complain(study, path, { code: 'FIELD_MISSING', message: 'at least one action is looked at' })
  for (const [at, verb] of placed)
    if (actionByVerb(verb) === undefined)
      complain(study, at, { code: 'ACTION_UNKNOWN', message: actionProblem(verb) })
  return placed.map(([, verb]) => verb).filter((verb) => actionByVerb(verb) !== undefined)
}

/** A path of an event exists in the class of at least one of the actions. */
function eventPaths(study: Study, path: Path, verbs: readonly string[]): void {
  const classes = [...new Set(verbs.map((verb) => actionByVerb(verb)!.classUid))]
  if (classes.length === 0) return
  for (const site of meaningsAt(study, path)) {
    const reads = programsOf(study, site)?.flatMap((program) => program.reads) ?? []
    for (const [root, ...steps] of reads) {
      const problem = root === 'event' && steps.length > 0 ? absence(classes, steps) : undefined
      if (problem !== undefined) complain(study, site.path, { code: 'ATTRIBUTE_UNKNOWN', message: problem })
    }
  }
}

/** Why none of the classes has an attribute. */
function absence(classes: readonly number[], steps: readonly (string | number)[]): string | undefined {
  const lookups = classes.map((uid) => attributeAt(uid, steps))
  return lookups.every(({ problem }) => problem !== undefined) ? lookups[0]?.problem : undefined
}

function sequence(study: Study, path: Path, { sequence }: DetectionDraft): void {
  const steps = itemsOf(sequence?.steps)
  const at = [...path, 'sequence', 'steps']
  if (sequence?.steps !== undefined && steps.length < 2)
    complain(study, at, { code: 'FIELD_MISSING', message: 'a sequence has at least two steps' })
  if (steps[0]?.[1].absent === true)
    complain(study, [...at, 0, 'absent'], {
      code: 'VALUE_INVALID',
      message: 'the first step must happen: nothing begins without it',
    })
}

const WANTED = 2

function tests(study: Study, path: Path, { tests: given }: DetectionDraft): void {
  const cases = itemsOf(given)
  const found = cases.filter(([, { finds }]) => finds === true).length
  if (found < WANTED || cases.length - found < WANTED)
    complainKey(study, path, {
      code: 'TEST_MISSING',
      message: 'at least two cases must be found and two must not',
      level: 'warning',
    })
}
