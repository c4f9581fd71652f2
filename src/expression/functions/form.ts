import type { FormRow } from './row.ts'

/** The record that the examples of forms and functions read. */
export const EXAMPLE_RECORD = {
  id: 'u-1',
  name: 'Ada',
  nick: null,
  tags: ['a', 'b'],
  actor: { id: 'u-7' },
  by: { a: 1, b: 2 },
}

/**
 * Forms that are no ordinary functions, for the reference: they name a variable, or do not fail with their arguments.
 * The checker knows how each works (`check-form.ts`).
 */
export const FORM_ROWS: readonly FormRow[] = [
  {
    name: 'has',
    about: 'Whether a map has the field. The part before the last dot must exist.',
    signatures: ['has(map.field) -> bool'],
    examples: [
      ['has(record.name)', 'true'],
      ['has(record.email)', 'false'],
      ['has(record.email.domain)', 'fails: missing'],
    ],
  },
  {
    name: 'default',
    about: 'The value, or the fallback when the value is missing or null. Any other failure stays one.',
    signatures: ['default(A, A) -> A'],
    examples: [
      ["default(record.email, 'none')", "'none'"],
      ["default(record.manager.name, 'none')", "'none'"],
      ["default(record.nick, 'none')", "'none'"],
      ['default(int(record.name), 0)', 'fails: format'],
    ],
  },
  {
    name: 'coalesce',
    about: 'The first of the values that is neither missing nor null; the last one as it is.',
    signatures: ['coalesce(A, …) -> A'],
    examples: [['coalesce(record.email, record.nick, record.name)', "'Ada'"]],
  },
  {
    name: '.?',
    about:
      'Reads a field that may be absent. What follows is skipped when it is; the end must be orValue() or hasValue().',
    signatures: ['map.?field -> optional(dyn)', 'list[?int] -> optional(dyn)', 'map[?key] -> optional(dyn)'],
    examples: [
      ['record.?actor.id.orValue(0)', "'u-7'"],
      ["record.tags[?5].orValue('none')", "'none'"],
    ],
  },
  {
    name: 'orValue',
    about: 'The value of an optional, or the fallback when it has none. A null is a value.',
    signatures: ['optional(A).orValue(A) -> A'],
    examples: [["record.?email.orValue('none')", "'none'"]],
  },
  {
    name: 'hasValue',
    about: 'Whether an optional has a value.',
    signatures: ['optional(A).hasValue() -> bool'],
    examples: [['record.?actor.?name.hasValue()', 'false']],
  },
  {
    name: 'all',
    about:
      'Whether the test holds for every item of a list or key of a map. One that is false decides, whatever fails beside it.',
    signatures: ['list(A).all(name, bool) -> bool', 'map(A, B).all(name, bool) -> bool'],
    examples: [['record.tags.all(tag, size(tag) == 1)', 'true']],
  },
  {
    name: 'exists',
    about: 'Whether the test holds for any item or key. One that is true decides, whatever fails beside it.',
    signatures: ['list(A).exists(name, bool) -> bool', 'map(A, B).exists(name, bool) -> bool'],
    examples: [["record.tags.exists(tag, tag == 'b')", 'true']],
  },
  {
    name: 'exists_one',
    about: 'Whether the test holds for exactly one item or key.',
    signatures: ['list(A).exists_one(name, bool) -> bool', 'map(A, B).exists_one(name, bool) -> bool'],
    examples: [["record.tags.exists_one(tag, tag > 'a')", 'true']],
  },
  {
    name: 'map',
    about:
      'What an expression makes of each item or key; with three arguments, only of those for which the test holds.',
    signatures: ['list(A).map(name, B) -> list(B)', 'list(A).map(name, bool, B) -> list(B)'],
    examples: [
      ["record.tags.map(tag, tag + '!')", "['a!', 'b!']"],
      ["record.tags.map(tag, tag != 'a', tag + '!')", "['b!']"],
    ],
  },
  {
    name: 'filter',
    about: 'The items or keys for which the test holds.',
    signatures: ['list(A).filter(name, bool) -> list(A)', 'map(A, B).filter(name, bool) -> list(A)'],
    examples: [['record.by.filter(key, record.by[key] > 1)', "['b']"]],
  },
]
