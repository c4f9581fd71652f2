import type { StreamPlan } from '../../model/connector.ts'
import type { Normalized, OcsfEvent } from '../../model/event.ts'
import { Failure } from '../../model/expression.ts'
import { lintEvent } from '../../ocsf/lint.ts'
import type { OcsfProblem } from '../../ocsf/problem.ts'
import { validateEvent } from '../../ocsf/validate.ts'
import { brief } from './brief.ts'
import type { SampleRow } from './sample-rows.ts'
import type { TestResult } from './seams.ts'

/** A second reading of an event's validity; empty when it agrees that there is nothing wrong. */
export type SecondOpinion = (event: OcsfEvent) => Promise<readonly string[]>

type Contract = {
  readonly plan: StreamPlan
  readonly rows: readonly SampleRow[]
  readonly normalized: Normalized
  readonly nowMs: number
  readonly secondOpinion: SecondOpinion
}

/** What a stream's sample must show: that its records are found, told apart, dated, and become valid events. */
export async function contractResults(contract: Contract): Promise<readonly TestResult[]> {
  const { rows, plan } = contract
  const results = [found(rows)]
  if (rows.length === 0) return results
  if (plan.key !== undefined) results.push(keysAreOwn(rows))
  if (plan.kind === 'activity') results.push(timesAreRead(rows, plan))
  if (plan.map?.by !== undefined) results.push(namesAreMapped(plan, rows))
  if (plan.kind !== 'list') results.push(becomeEvents(contract.normalized), await areValid(contract))
  return results
}

function result(name: string, problems: readonly string[], remark?: string): TestResult {
  if (problems.length > 0) return { name, ok: false, detail: brief(problems) }
  return remark === undefined ? { name, ok: true } : { name, ok: true, detail: remark }
}

function found(rows: readonly SampleRow[]): TestResult {
  const remark = `${rows.length} record${rows.length === 1 ? '' : 's'}`
  return result('the sample holds records', rows.length === 0 ? ['records finds none in it'] : [], remark)
}

function keysAreOwn(rows: readonly SampleRow[]): TestResult {
  const counts = new Map<string, number>()
  const without = rows.flatMap(({ key }, index) =>
    key === undefined ? [`record ${index + 1} has none`] : [],
  )
  for (const { key } of rows) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  const twice = [...counts]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `${key} stands for ${count} records`)
  return result('every record has a key of its own', [...without, ...twice])
}

function timesAreRead(rows: readonly SampleRow[], plan: StreamPlan): TestResult {
  const time = plan.window?.time ?? plan.map?.common?.time
  if (time === undefined)
    return result('the time of every record is read', ['the stream names none: window.time or common.time'])
  const wrong = rows.flatMap(({ timeMs, key }) =>
    timeMs === undefined ? [`${time.source} gives no time for ${key ?? 'a record'}`] : [],
  )
  return result('the time of every record is read', wrong)
}

function namesAreMapped({ map }: StreamPlan, rows: readonly SampleRow[]): TestResult {
  const others = new Map<string, number>()
  const wrong: string[] = []
  for (const row of rows) {
    const name = map?.by?.evaluate({ ...row, tables: map.tables ?? {} })
    if (name instanceof Failure || name === undefined || name === null)
      wrong.push(`${map?.by?.source} gives no name for ${row.key ?? 'a record'}`)
    else if (!Object.hasOwn(map?.events ?? {}, String(name)))
      others.set(String(name), (others.get(String(name)) ?? 0) + 1)
  }
  const fallback = [...others].map(([name, count]) => `${name} (${count})`).join(', ')
  if (fallback !== '' && map?.otherwise === undefined) wrong.push(`no line and no otherwise for ${fallback}`)
  return result(
    'every event name in the sample has a line',
    wrong,
    fallback === '' ? undefined : `left to otherwise: ${fallback}`,
  )
}

function becomeEvents({ quarantined }: Normalized): TestResult {
  return result(
    'every record becomes an event',
    quarantined.map(({ key, code, message }) => `${key ?? 'a record'}: ${code} ${message}`),
  )
}

async function areValid({
  normalized: { events, unfit },
  nowMs,
  secondOpinion,
}: Contract): Promise<TestResult> {
  const problems: string[] = []
  for (const event of events) {
    const seen: readonly OcsfProblem[] = [...validateEvent(event), ...lintEvent(event, nowMs)]
    const wrong = seen
      .filter(({ level }) => level === 'error')
      .map(({ code, path, message }) => `${path}: ${code} ${message}`)
    problems.push(...wrong)
    // Where one reading finds an error the other adds nothing.
    if (wrong.length === 0) problems.push(...(await secondOpinion(event)))
  }
  const aside = [...unfit].map(([path, count]) => `${path} (${count})`).join(', ')
  return result(
    'every event is valid OCSF',
    [...new Set(problems)],
    aside === '' ? undefined : `did not fit and went to unmapped: ${aside}`,
  )
}
