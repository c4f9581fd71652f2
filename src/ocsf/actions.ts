import { nearest } from '../lib/nearest.ts'
import { ACTION_TABLE } from './actions-table.ts'
import { classByName } from './tables.ts'
import { activityByWord } from './vocabulary.ts'

/** What happened, in our own closed vocabulary: it outlives the class numbers of any version of OCSF. */
export type Action = {
  /** `noun.verb`, e.g. `account.create`. */
  readonly verb: string
  /** The heading it is documented under. */
  readonly area: string
  readonly title: string
  readonly about: string
  /** The class and activity of the event when the mapping does not say otherwise. */
  readonly classUid: number
  readonly className: string
  readonly activityId: number
  readonly activityName: string
  /** Something only administrators can do, or that changes what others may do. */
  readonly isAdmin: boolean
  /** What kind of thing it is done to, when the mapping does not say. */
  readonly resourceType?: string
}

function readRow(area: string, line: string): Action {
  const cells = line.split(' | ')
  const [verb = '', className = '', activity = '', admin, type = '-', title = '', about = ''] = cells
  const classUid = classByName(className)?.uid
  if (classUid === undefined || cells.length !== 7)
    throw new Error(`bad row in the table of actions: ${line}`)
  const { id, name } = activityByWord(classUid, activity)
  return {
    verb,
    area,
    title,
    about,
    classUid,
    className,
    activityId: id,
    activityName: name,
    isAdmin: admin === 'admin',
    ...(type !== '-' && { resourceType: type }),
  }
}

export const ACTIONS: readonly Action[] = ACTION_TABLE.split('\n# ')
  .slice(1)
  .flatMap((text) => {
    const [area = '', ...lines] = text.trim().split('\n')
    return lines.map((line) => readRow(area, line))
  })
const byVerb = new Map(ACTIONS.map((action) => [action.verb, action]))

export function actionByVerb(verb: string): Action | undefined {
  return byVerb.get(verb)
}

/** What to say about a verb that does not exist. */
export function actionProblem(verb: string): string {
  const meant = nearest(verb, byVerb.keys())
  const related = [...byVerb.keys()].filter((known) => known.split('.')[0] === verb.split('.')[0])
  if (meant !== undefined) return `there is no action "${verb}"; did you mean "${meant}"?`
  if (related.length > 0) return `there is no action "${verb}"; there is ${related.join(', ')}`
  return `there is no action "${verb}"; docs/actions.md lists them`
}

const LABEL = 'action:'

/**
 * The label that carries the verb in `metadata.labels`.
 *
 * Labels, because they are part of the event in OCSF (unlike `unmapped`), free in their wording (unlike
 * `metadata.type`), and matched with one comparison (unlike the name-value objects of `metadata.tags`).
 */
export function actionLabel(verb: string): string {
  return LABEL + verb
}

/** The verb of an event, or `undefined` where it has none. */
export function actionOf(event: Readonly<Record<string, unknown>>): string | undefined {
  const metadata = event['metadata'] as { readonly labels?: unknown } | null | undefined
  const labels: unknown = metadata?.labels
  if (!Array.isArray(labels)) return undefined
  const label: unknown = labels.find((entry) => typeof entry === 'string' && entry.startsWith(LABEL))
  return typeof label === 'string' ? label.slice(LABEL.length) : undefined
}
