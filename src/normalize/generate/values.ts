import { constant } from '../../expression/emit-program.ts'
import { Failure } from '../../model/expression.ts'
import type { Attribute } from '../../ocsf/tables.ts'
import { isAbsent, programsOf } from '../given.ts'
import { isKept, saysAll } from '../kept.ts'
import type { Says } from '../left-over.ts'
import type { Origin } from '../origin.ts'
import type { Entry } from '../row-plan.ts'
import { countIn } from '../tally.ts'
import { type Code, fix, freshName, hold, literal, write } from './code.ts'
import { isPlainText } from './fit.ts'
import { isWord, readyFor, siblingPath } from './ready.ts'
import { type Slot, slotAt } from './sketch.ts'
import { noteReads, type Takes } from './takes.ts'
import { valueFunction } from './value-functions.ts'

/** Writes what computes the value of an entry, into a variable of its own, and notes what the event then holds of the record. */
export function writeEntry(code: Code, entry: Entry, around: Around): void {
  if (entry.given.kind === 'constant') writeConstant(code, entry, entry.given.value)
  else if (isWord(entry.attribute)) writeWord(code, entry, around)
  else writeValue(code, entry, around)
}

type Around = { readonly origin: Origin; readonly takes: Takes }

/** What does not fit is counted for each record, as if it came from there. */
function writeConstant(code: Code, { path, attribute, name }: Entry, value: unknown): void {
  if (isAbsent(value) || (value instanceof Failure && value.reason === 'missing')) return
  const ready = value instanceof Failure ? undefined : readyFor(code.sketch.classUid, path, value)
  if (ready === undefined) {
    write(code, `${constant(code.emission, countIn)}(tally.unfit, ${literal(code, name)})`)
    return
  }
  fix(code, slotAt(code.sketch, path), ready.value)
  const sibling = siblingPath(path, attribute)
  if (sibling !== undefined && ready.label !== undefined) fix(code, slotAt(code.sketch, sibling), ready.label)
}

function writeWord(code: Code, entry: Entry, { origin, takes }: Around): void {
  const { path, attribute } = entry
  const [word, value] = [freshName(code, 'w'), freshName(code, 'v')]
  write(code, `const ${word} = ${call(code, origin, entry)}`, `let ${value} = ${word}?.id`)
  replace(code, slotAt(code.sketch, path), value)
  const sibling = siblingPath(path, attribute)
  if (sibling !== undefined) {
    const label = freshName(code, 'v')
    write(code, `let ${label} = ${word}?.label`)
    replace(code, slotAt(code.sketch, sibling), label)
  }
  const held = `${word}?.isKept === true && ${value} === ${word}.id ? ${value} : undefined`
  for (const program of programsOf(entry.given))
    noteReads(takes, { program, attribute, held, says: () => true })
}

function writeValue(code: Code, entry: Entry, { origin, takes }: Around): void {
  const { path, attribute, owner } = entry
  const [written, value] = [freshName(code, 's'), freshName(code, 'v')]
  write(code, `const ${written} = ${call(code, origin, entry)}`, `let ${value} = ${written}`)
  replace(code, slotAt(code.sketch, path), value)
  const held = `${value} === ${written} ? ${written} : undefined`
  for (const program of programsOf(entry.given))
    noteReads(takes, { program, attribute, held, says: saysOf(attribute, isPlainText(owner, attribute)) })
}

function call({ emission }: Code, origin: Origin, entry: Entry): string {
  return `${constant(emission, valueFunction(origin, entry))}(env, tally)`
}

/** What was in the slot stays when there is no value: the record's key, where no other id is given. */
function replace(code: Code, slot: Slot, value: string): void {
  if (slot.js !== 'undefined') write(code, `if (${value} === undefined) ${value} = ${slot.js}`)
  hold(slot, value, slot.isCertain)
}

/** Text, and whole numbers as text, are compared first. */
function saysOf(attribute: Attribute, isText: boolean): Says {
  if (saysAll(attribute)) return () => true
  return (read, written) =>
    read === written || (isText && Number.isSafeInteger(read)) || isKept(attribute, read, written)
}
