import { RE2JS } from 're2js'
import { Failure } from '../../model/expression.ts'
import { EXHAUSTED, spend } from '../runtime/meter.ts'
import type { FunctionGroup } from './row.ts'

/** Longer patterns, and those that compile to more instructions, are refused: the work grows with both. */
const MAX_PATTERN_CHARACTERS = 512
const MAX_INSTRUCTIONS = 2000

type Compiled = { readonly re: RE2JS; readonly instructions: number }

function compilePattern(pattern: string): Compiled | Failure {
  if (pattern.length > MAX_PATTERN_CHARACTERS)
    return new Failure('format', `the pattern is longer than ${MAX_PATTERN_CHARACTERS} characters`)
  try {
    const re = RE2JS.compile(pattern)
    const instructions = re.programSize()
    return instructions > MAX_INSTRUCTIONS
      ? new Failure('format', 'the pattern repeats too much')
      : { re, instructions }
  } catch (error) {
    return new Failure('format', error instanceof Error ? error.message : 'the pattern is not valid')
  }
}

/** Patterns known only at run time; a few are kept. */
const cache = new Map<string, Compiled | Failure>()
const KEPT = 64

function cached(pattern: string): Compiled | Failure {
  const known = cache.get(pattern)
  if (known !== undefined) return known
  if (cache.size >= KEPT) cache.clear()
  const compiled = compilePattern(pattern)
  cache.set(pattern, compiled)
  return compiled
}

/** What matching costs at worst: linear in the text, whatever the pattern. */
function cost({ instructions }: Compiled, text: string): number {
  return (text.length + 8) * (4 + (instructions >> 3))
}

function test(compiled: Compiled, text: string): boolean | Failure {
  return spend(cost(compiled, text)) ? EXHAUSTED : compiled.re.test(text)
}

function matches(text: string, pattern: string): boolean | Failure {
  const compiled = cached(pattern)
  return compiled instanceof Failure ? compiled : test(compiled, text)
}

const NO_MATCH = new Failure('missing', 'the pattern does not match')

function capture(compiled: Compiled, text: string, group: number | string): string | Failure {
  // Finding groups takes a slower engine.
  if (spend(4 * cost(compiled, text))) return EXHAUSTED
  const matcher = compiled.re.matcher(text)
  if (typeof group === 'number' ? group < 0 || group > matcher.groupCount() : !hasGroup(compiled, group))
    return new Failure('range', `the pattern has no group ${JSON.stringify(group)}`)
  return matcher.find() ? (matcher.group(group) ?? NO_MATCH) : NO_MATCH
}

function hasGroup({ re }: Compiled, name: string): boolean {
  return Object.hasOwn(re.namedGroups(), name)
}

function regexCapture(text: string, pattern: string, group: number | string): string | Failure {
  const compiled = cached(pattern)
  return compiled instanceof Failure ? compiled : capture(compiled, text, group)
}

export const REGEX: FunctionGroup = {
  title: 'Regular expressions',
  rows: [
    {
      name: 'matches',
      about:
        'Whether a part of the text matches the pattern (RE2 syntax, time linear in the text). Anchor it with ^ and $.',
      examples: [
        ["'user.login'.matches('^user[.]')", 'true'],
        ["matches('user.login', 'logout$')", 'false'],
        ["'a'.matches('(')", 'fails: compile'],
      ],
      overloads: [
        ['string.matches(string) -> bool', matches],
        ['matches(string, string) -> bool', matches],
      ],
      work: 'metered',
      specialize: ([, pattern]) => {
        if (typeof pattern !== 'string') return undefined
        const compiled = compilePattern(pattern)
        return compiled instanceof Failure ? compiled : (text: string) => test(compiled, text)
      },
    },
    {
      name: 'regexCapture',
      about:
        'What a group of the pattern matched, by number or name; 0 is the whole match. Missing when nothing matches.',
      examples: [
        ["regexCapture('id=42;', 'id=([0-9]+)', 1)", "'42'"],
        ["regexCapture('id=42;', 'id=(?P<id>[0-9]+)', 'id')", "'42'"],
        ["regexCapture('none', 'id=([0-9]+)', 1)", 'fails: missing'],
      ],
      overloads: [
        ['regexCapture(string, string, index) -> string', regexCapture],
        ['regexCapture(string, string, string) -> string', regexCapture],
      ],
      work: 'metered',
      specialize: ([, pattern]) => {
        if (typeof pattern !== 'string') return undefined
        const compiled = compilePattern(pattern)
        return compiled instanceof Failure
          ? compiled
          : (text: string, _: string, group: number | string) => capture(compiled, text, group)
      },
    },
  ],
}
