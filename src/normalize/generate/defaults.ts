import type { AttributePath } from '../../ocsf/attribute-path.ts'
import { classDefaults, type Default } from '../../ocsf/class-defaults.ts'
import { type Code, fix, freshName, hold, literal, makeVariable, write } from './code.ts'
import { type Facts, type Known, type Offer, offerOf } from './offers.ts'
import { follows } from './prune.ts'
import { at, pathOf, present, slotAt } from './sketch.ts'

/** Writes the defaults of the class: those that cannot apply to this row are left out, those that always do are values. */
export function writeDefaults(code: Code, facts: Facts): void {
  for (const rule of classDefaults(code.sketch.classUid)) writeDefault(code, rule, facts)
}

function writeDefault(code: Code, rule: Default, facts: Facts): void {
  const condition = conditionOf(code, rule)
  if (condition === 'false') return
  const put = pathOf(rule.put)
  const offers = usable(rule.from.map((source) => offerOf(code.sketch, { put, source, facts })))
  const [first] = offers
  if (first === undefined) return
  if (condition === 'true' && first.condition === 'true')
    for (const { path, known } of first.assignments) assignNow(code, path, known)
  else writeChoice(code, condition, offers)
  const slot = at(code.sketch, put)
  const isOwnCondition = rule.unless === undefined && rule.when === undefined
  if (isOwnCondition && offers.at(-1)?.condition === 'true' && slot?.kind === 'slot') slot.isCertain = true
}

function conditionOf({ sketch }: Code, { put, unless = [put], when = [] }: Default): string {
  const here = (path: string): string => present(at(sketch, pathOf(path)))
  const absent = unless.map(here).filter((test) => test !== 'false')
  const needed = when.map(here).filter((test) => test !== 'true')
  if (absent.includes('true') || needed.includes('false')) return 'false'
  if (needed.some((need) => absent.some((test) => follows(need, test)))) return 'false'
  const tests = [...absent.map((test) => `!(${test})`), ...needed.map((test) => `(${test})`)]
  return tests.join(' && ') || 'true'
}

/** Without those that never have anything, and those that come after one that always has. */
function usable(offers: readonly Offer[]): readonly Offer[] {
  const possible = offers.filter(({ condition }) => condition !== 'false')
  const last = possible.findIndex(({ condition }) => condition === 'true')
  return last === -1 ? possible : possible.slice(0, last + 1)
}

function assignNow(code: Code, path: AttributePath, known: Known): void {
  const slot = slotAt(code.sketch, path)
  if (known.fixed !== undefined) {
    fix(code, slot, known.fixed.value)
    return
  }
  const name = freshName(code, 'v')
  write(code, `let ${name} = ${known.js}`)
  hold(slot, name, known.isCertain)
}

function writeChoice(code: Code, condition: string, offers: readonly Offer[]): void {
  const slots = offers.flatMap(({ assignments }) => assignments.map(({ path }) => slotAt(code.sketch, path)))
  for (const slot of slots) makeVariable(code, slot)
  write(code, `if (${condition}) {`)
  for (const [i, { condition, assignments }] of offers.entries()) {
    write(code, `${i === 0 ? '' : '} else '}if (${condition}) {`)
    for (const { path, known } of assignments)
      write(
        code,
        `${slotAt(code.sketch, path).js} = ${known.fixed ? literal(code, known.fixed.value) : known.js}`,
      )
  }
  write(code, '}', '}')
}
