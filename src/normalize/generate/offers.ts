import { attributeAt } from '../../ocsf/attribute-at.ts'
import type { AttributePath } from '../../ocsf/attribute-path.ts'
import type { Fact, Source } from '../../ocsf/class-defaults.ts'
import { isWord, readyFor, siblingPath } from './ready.ts'
import { at, type Group, pathOf, present, type Sketch, type Slot } from './sketch.ts'

/** A value known while the code is written, or JavaScript for one. */
export type Known =
  | { readonly fixed: { readonly value: unknown } }
  | { readonly fixed?: undefined; readonly js: string; readonly isCertain: boolean }

/** What defaults may use of the event as a whole; nothing where this row has none. */
export type Facts = Readonly<Record<Fact, Known | undefined>>

/** What a source would put where, and the JavaScript condition under which it has anything. */
export type Offer = {
  readonly condition: string
  readonly assignments: readonly { readonly path: AttributePath; readonly known: Known }[]
}

const NOTHING: Offer = { condition: 'false', assignments: [] }

type Request = { readonly put: AttributePath; readonly source: Source; readonly facts: Facts }

export function offerOf(sketch: Sketch, { put, source, facts }: Request): Offer {
  if ('copy' in source) return copyOffer(sketch, put, at(sketch, pathOf(source.copy)))
  if ('fact' in source) return knownOffer(sketch, put, facts[source.fact])
  if ('value' in source)
    return { condition: 'true', assignments: fixedAssignments(sketch, put, source.value) }
  const parts = Object.entries(source.parts).map(([name, path]) => [name, at(sketch, pathOf(path))] as const)
  const tests = parts.map(([, slot]) => present(slot)).filter((test) => test !== 'false')
  if (tests.length === 0) return NOTHING
  return {
    condition: tests.includes('true') ? 'true' : tests.join(' || '),
    assignments: [
      ...parts.flatMap(([name, slot]) => (slot?.kind === 'slot' ? copied(sketch, [...put, name], slot) : [])),
      ...fixedAssignments(sketch, put, source.constants),
    ],
  }
}

function knownOffer(sketch: Sketch, put: AttributePath, known: Known | undefined): Offer {
  if (known === undefined) return NOTHING
  if (known.fixed === undefined) return { condition: 'true', assignments: [{ path: put, known }] }
  return { condition: 'true', assignments: fixedAssignments(sketch, put, known.fixed.value) }
}

/** A value that does not fit leaves nothing to assign. */
function fixedAssignments({ classUid }: Sketch, put: AttributePath, value: unknown): Offer['assignments'] {
  const { attribute } = attributeAt(classUid, put)
  if (attribute?.object !== undefined && !attribute.isArray)
    return Object.entries(value as object).flatMap(([name, item]) =>
      fixedAssignments({ classUid } as Sketch, [...put, name], item),
    )
  const ready = readyFor(classUid, put, value)
  if (ready === undefined || attribute === undefined) return []
  const sibling = siblingPath(put, attribute)
  const own = { path: put, known: { fixed: { value: ready.value } } }
  return sibling === undefined || ready.label === undefined
    ? [own]
    : [own, { path: sibling, known: { fixed: { value: ready.label } } }]
}

function copyOffer(sketch: Sketch, put: AttributePath, found: Slot | Group | undefined): Offer {
  if (found === undefined) return NOTHING
  const assignments = found.kind === 'slot' ? copied(sketch, put, found) : copiedGroup(sketch, put, found)
  return { condition: present(found), assignments }
}

function copiedGroup(sketch: Sketch, put: AttributePath, group: Group): Offer['assignments'] {
  return [...group.members].flatMap(([name, member]) => {
    const path = [...put, name]
    return member.kind === 'slot' ? copied(sketch, path, member) : copiedGroup(sketch, path, member)
  })
}

const OTHER = 99

/** Other alone is no value of a list of values, so it is not copied; the word beside it is. */
function copied(sketch: Sketch, path: AttributePath, slot: Slot): Offer['assignments'] {
  if (slot.fixed !== undefined) return fixedAssignments(sketch, path, slot.fixed.value)
  if (!isWord(slot.attribute)) return [{ path, known: { js: slot.js, isCertain: slot.isCertain } }]
  const js = `${slot.js} === ${OTHER} ? undefined : ${slot.js}`
  return [{ path, known: { js, isCertain: false } }]
}
