import { ACTIONS, type Action, actionLabel } from './actions.ts'
import { attributeAt, type FoundAttribute } from './attribute-at.ts'
import { formatAttributePath } from './attribute-path.ts'
import { inventoryLanding, inventoryWords } from './inventory.ts'
import { ACCOUNT_STATUS, INVENTORY_KINDS, type InventoryKind } from './inventory-table.ts'
import { OCSF_VERSION, requireClass } from './tables.ts'
import { activityWords, SHORT_ATTRIBUTES, shortAttributes } from './vocabulary.ts'
import { CLASS_WORDS } from './vocabulary-table.ts'
import { SYNONYMS } from './words.ts'

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
    `## Values\n\n${VALUES_INTRODUCTION}\n\n${valueTable()}`,
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

const VALUES_INTRODUCTION = `What these words are given is one of these values; spelling counts by letters and digits only, and in brackets stands what
else is understood. Another state of an account stays in \`unmapped\`; another type is kept as it is, as Other.`

/** Words of mappings and inventories whose values are known, each with a place where it lands. */
const VALUED: readonly (readonly [words: string, classUid: number, path: string])[] = [
  ['`type` of accounts, `actor.type`, `target.type`', 3001, 'user.type_id'],
  ['`factor.type`', 3002, 'auth_factors[0].factor_type_id'],
  ['`session.protocol`', 3002, 'auth_protocol_id'],
  ['`resource.type` of what is managed (3004)', 3004, 'entity.type_id'],
  ['`resource.type` of files (6006)', 6006, 'file.type_id'],
  ['`device.type`', 3002, 'device.type_id'],
]

function valueTable(): string {
  const states = Object.entries(ACCOUNT_STATUS).map(([state, others]) => valueWord(state, others))
  const rows = VALUED.map(([words, classUid, path]) => row([words, valuesAt(classUid, path)]))
  return [
    row(['Word', 'Values']),
    row(['---', '---']),
    row(['`status` of accounts', states.join(', ')]),
    ...rows,
  ].join('\n')
}

function valuesAt(classUid: number, path: string): string {
  const { attribute, owner } = attributeAt(classUid, path) as FoundAttribute
  const synonyms = SYNONYMS[`${owner}.${attribute.name}`] ?? SYNONYMS[attribute.name] ?? {}
  const captions = Object.entries(attribute.enum ?? {}).filter(([id]) => id !== '0' && id !== '99')
  return captions.map(([, caption]) => valueWord(caption, synonyms[caption] ?? [])).join(', ')
}

const valueWord = (word: string, others: readonly string[]): string =>
  others.length === 0 ? word : `${word} (${others.join(', ')})`

const wordTable = (words: readonly (readonly [short: string, path: string])[]): string =>
  [
    row(['Word', 'Attribute']),
    row(['---', '---']),
    ...words.map(([short, path]) => row([`\`${short}\``, `\`${path}\``])),
  ].join('\n')
