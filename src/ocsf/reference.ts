import { ACTIONS, type Action, actionLabel } from './actions.ts'
import { formatAttributePath } from './attribute-path.ts'
import { inventoryLanding, inventoryWords } from './inventory.ts'
import { INVENTORY_KINDS, type InventoryKind } from './inventory-table.ts'
import { OCSF_VERSION, requireClass } from './tables.ts'
import { activityWords, SHORT_ATTRIBUTES, shortAttributes } from './vocabulary.ts'
import { CLASS_WORDS } from './vocabulary-table.ts'

const GENERATED = '<!-- Generated from src/ocsf; do not edit. -->'

/** The text of `docs/actions.md`. */
export function renderActionsReference(): string {
  const byArea = Map.groupBy(ACTIONS, ({ area }) => area)
  const sections = [...byArea].map(([area, actions]) => `## ${area}\n\n${actionTable(actions)}`)
  return `${[GENERATED, ACTIONS_INTRODUCTION, ...sections].join('\n\n')}\n`
}

const ACTIONS_INTRODUCTION = `# Actions

What happened, in ${ACTIONS.length} words that mean the same in every app. A mapping names one in \`action\`; detections match on it. A
word's meaning never changes and a retired word is never used again, so rules outlive the classes of OCSF versions.

The word is in the event as the label \`${actionLabel('account.create')}\` in \`metadata.labels\`. It decides the OCSF class and activity
unless the mapping gives \`class\` or \`activity\`. **Admin** marks what only administrators can do, or what changes what others may do.`

function actionTable(actions: readonly Action[]): string {
  const rows = actions.map(({ verb, about, classUid, className, activityName, isAdmin, resourceType }) =>
    row([
      `\`${verb}\``,
      resourceType === undefined ? about : `${about} Done to: ${resourceType}.`,
      `${className} (${classUid}), ${activityName}`,
      isAdmin ? 'yes' : '',
    ]),
  )
  return [
    row(['Action', 'Meaning', 'OCSF class, activity', 'Admin']),
    row(['---', '---', '---', '---']),
    ...rows,
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Where the short words of mappings and inventories land, for every class that has rules of its own. */
export function renderOcsfReference(): string {
  const classes = Object.keys(CLASS_WORDS).map(Number)
  const kinds = Object.keys(INVENTORY_KINDS) as InventoryKind[]
  const inventories = ['accounts', 'resources'] as const satisfies readonly InventoryKind[]
  return `${[
    GENERATED,
    `# Where attributes land in OCSF ${OCSF_VERSION}`,
    `A mapping gives ${SHORT_ATTRIBUTES.length} short words; this is where each lands. A word that is missing in the table of a class
lands in \`unmapped\`. Any other attribute is reached with \`set\` and its full path.`,
    ...classes.map(classSection),
    `## Inventory\n\nStreams of the kinds ${kinds.join(', ')} give words in \`as\`. All kinds but accounts have the words of resources.`,
    ...inventories.map(inventorySection),
  ].join('\n\n')}\n`
}

function classSection(classUid: number): string {
  const { caption, name } = requireClass(classUid)
  const landed = shortAttributes(classUid).filter(({ path }) => !path.startsWith('unmapped.'))
  return [
    `## ${caption} (${classUid})`,
    `Class \`${name}\`. Activities: ${activityWords(classUid).join(', ')}.`,
    wordTable(landed.map(({ short, path }) => [short, path])),
  ].join('\n\n')
}

function inventorySection(kind: InventoryKind): string {
  const words = inventoryWords(kind).map(
    (word) => [word, formatAttributePath(inventoryLanding(kind, word)!.path)] as const,
  )
  return `### ${kind}\n\n${wordTable(words)}`
}

const wordTable = (words: readonly (readonly [short: string, path: string])[]): string =>
  [
    row(['Word', 'Attribute']),
    row(['---', '---']),
    ...words.map(([short, path]) => row([`\`${short}\``, `\`${path}\``])),
  ].join('\n')
