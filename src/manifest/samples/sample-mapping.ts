import type { Env } from '../../model/expression.ts'
import { type MappingDraft, valueAt } from '../draft.ts'
import type { Path } from '../path.ts'
import { meaningsAt } from '../study.ts'
import { weigh } from './evidence.ts'
import type { Trial } from './sample-stream.ts'

type Row = NonNullable<MappingDraft['common']>
type Placed = { readonly path: Path; readonly map: MappingDraft }

/** Maps one sample record the way events are made, weighing the expressions of the row that takes it. */
export function weighMapping(trial: Trial, { path, map }: Placed, row: Env): void {
  const { study, evidence } = trial
  const env = { ...row, tables: map.tables ?? {} }
  weighBelow(trial, [...path, 'common'], env)
  const name = map.by === undefined ? undefined : weigh(study, evidence, [...path, 'by'], env)
  const given = name === undefined || name === null ? undefined : valueAt(map.events, String(name))
  const taken = given === undefined ? undefined : takes(trial, { rows: given, path: [...path, 'events', String(name)] }, env)
  weighBelow(trial, taken ?? [...path, 'otherwise'], env)
}

type Candidates = { readonly rows: Row | readonly (Row | undefined)[]; readonly path: Path }

/** The path of the first row whose `when` holds. */
function takes({ study, evidence }: Trial, { rows, path }: Candidates, env: Env): Path | undefined {
  const places: readonly (readonly [Path, Row | undefined])[] = isList(rows)
    ? rows.map((row, i) => [[...path, i], row] as const)
    : [[path, rows]]
  return places.find(([at, row]) => row !== undefined && (row.when === undefined || weigh(study, evidence, [...at, 'when'], env) === true))?.[0]
}

const isList = (rows: Candidates['rows']): rows is readonly (Row | undefined)[] => Array.isArray(rows)

function weighBelow({ study, evidence }: Trial, path: Path, env: Env): void {
  for (const site of meaningsAt(study, path)) if (site.path.at(-1) !== 'when') weigh(study, evidence, site.path, env)
}

