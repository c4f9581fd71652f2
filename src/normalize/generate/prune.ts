import { memoize } from '../../ocsf/memoize.ts'
import { completedByDefault, needsOf } from '../prune.ts'
import { type Code, groupsOf, makeVariable, write } from './code.ts'
import { type Group, present, type Slot, slotsUnder } from './sketch.ts'

const needs = memoize(needsOf)

/**
 * Writes what takes objects out that could only be invalid, innermost first, as `prune` does.
 *
 * @param spares leaves those alone that a default may still complete.
 */
export function writePrune(code: Code, spares: boolean): void {
  const spared = spares ? completedByDefault(code.sketch.classUid) : new Set<string>()
  for (const { group, path } of [...groupsOf(code.sketch.root)].reverse()) {
    if (group.shape === undefined || group.isList) continue
    writeRivals(code, group, needs(group.shape).rivals)
    if (path !== '' && !spared.has(path.replaceAll(/\[\d+\]/g, ''))) writeNeeds(code, group)
  }
}

function writeRivals(code: Code, group: Group, names: readonly string[]): void {
  const rivals = names.flatMap((name) => group.members.get(name) ?? [])
  for (const [i, rival] of rivals.entries()) {
    const others = rivals.slice(i + 1)
    if (others.length > 0) writeDrop(code, present(rival), others)
  }
}

function writeNeeds(code: Code, group: Group): void {
  const { oneOf, all } = needs(group.shape!)
  const missing = [
    ...all.map((name) => present(group.members.get(name))),
    ...(oneOf === undefined ? [] : [anyOf(oneOf.map((name) => present(group.members.get(name))))]),
  ].filter((test) => test !== 'true')
  if (missing.length === 0) return
  writeDrop(code, missing.includes('false') ? 'true' : missing.map((test) => `!(${test})`).join(' || '), [
    group,
  ])
}

export function anyOf(tests: readonly string[]): string {
  return tests.includes('true') ? 'true' : tests.filter((test) => test !== 'false').join(' || ') || 'false'
}

/** Whether the second condition holds wherever the first does: each is a choice of tests. */
export function follows(first: string, second: string): boolean {
  const tests = new Set(second.split(' || '))
  return first.split(' || ').every((test) => tests.has(test))
}

function writeDrop(code: Code, condition: string, nodes: readonly (Slot | Group)[]): void {
  if (condition === 'false') return
  const slots = nodes.flatMap((node) => [...slotsUnder(node)])
  for (const slot of slots) makeVariable(code, slot)
  write(code, `if (${condition}) {`, ...slots.map((slot) => `${slot.js} = undefined`), '}')
  for (const slot of slots) slot.isCertain = false
}
