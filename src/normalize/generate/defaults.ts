import { actionByVerb } from '../../ocsf/actions.ts'
import type { AttributePath } from '../../ocsf/attribute-path.ts'
import { classDefaults, type Default, type Fact, type Source } from '../../ocsf/class-defaults.ts'
import { type Code, fix, literal, makeVariable, write } from './code.ts'
import { isWord, readyFor, siblingPath } from './ready.ts'
import { at, type Group, isCertain, pathOf, present, type Slot, slotAt, slotsUnder } from './sketch.ts'

/** JavaScript for the facts that defaults may use; `undefined` where there is none. */
export type Facts = Readonly<Record<Fact, Known | undefined>>
/** Known now, or a variable that always has a value. */
export type Known = { readonly fixed: { readonly value: unknown } } | { readonly fixed?: undefined; readonly js: string }

/** Writes the defaults of the class: those that cannot apply to this row are left out, those that always do are values. */
export function writeDefaults(code: Code, facts: Facts): void {
  for (const rule of classDefaults(code.sketch.classUid)) writeDefault(code, rule, facts)
}

/** One value for one slot. */
type Assignment = { readonly path: AttributePath; readonly known: Known }
/** What a source would write, and when it has something to write. */
type Offer = { readonly condition: string; readonly assignments: readonly Assignment[] }

function writeDefault(code: Code, rule: Default, facts: Facts): void {
  const condition = conditionOf(code, rule)
  if (condition === 'false') return
  const path = pathOf(rule.put)
  const offers = usable(rule.from.map((source) => offerOf(code, path, { source, facts })))
  if (offers.length === 0) return
  if (condition === 'true' && offers[0]!.condition === 'true') {
    for (const { path, known } of offers[0]!.assignments) assignNow(code, path, known)
    return
  }
  const fillsItself = rule.unless === undefined && rule.when === undefined && offers.at(-1)!.condition === 'true'
  for (const { path } of offers.flatMap(({ assignments }) => assignments)) makeVariable(code, slotAt(code.sketch, path))
  write(code, `if (${condition}) {`)
  for (const [i, offer] of offers.entries()) {
    write(code, `${i === 0 ? '' : '} else '}if (${offer.condition}) {`)
    for (const { path, known } of offer.assignments)
      write(code, `${slotAt(code.sketch, path).js} = ${jsOf(code, known)}`)
  }
  write(code, '}', '}')
  const slot = at(code.sketch, path)
  if (fillsItself && slot?.kind === 'slot') slot.isCertain = true
}
