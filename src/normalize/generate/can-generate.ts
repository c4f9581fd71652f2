import { type Attribute, objectByName, requireClass, type Shape } from '../../ocsf/tables.ts'
import type { Entry, RowPlan } from '../row-plan.ts'

/**
 * Whether a row is within what `generateBuild` writes: single values at places of their own. Whole objects, and captions
 * given beside their values, are left to `assembler`.
 */
export function canGenerate({ entries, classUid }: RowPlan): boolean {
  const names = entries.map(({ name }) => name)
  return entries.every((entry) => isPlain(entry) && !isCaption(entry, classUid) && !isInside(entry, names))
}

function isPlain({ attribute, path }: Entry): boolean {
  const isWhole = attribute.object !== undefined
  const isListOfWords = attribute.enum !== undefined && attribute.isArray
  return !isWhole && !isListOfWords && !isTwin(attribute) && !(path[0] === 'actor' && hasPosition(path))
}

const hasPosition = (path: Entry['path']): boolean => path.some((step) => typeof step === 'number')
const isTwin = ({ name, type }: Attribute): boolean => type === 'datetime_t' && name.endsWith('_dt')

/** The text beside a value of a list of values. */
function isCaption({ attribute, owner }: Entry, classUid: number): boolean {
  const shape: Shape | undefined = objectByName(owner) ?? requireClass(classUid)
  return [...shape.attributes.values()].some(({ sibling }) => sibling === attribute.name)
}

/** Below another entry, or around it. */
function isInside({ name }: Entry, names: readonly string[]): boolean {
  return names.some((other) => other.startsWith(`${name}.`) || other.startsWith(`${name}[`))
}
