import { Failure, type Value } from '../../model/expression.ts'
import { equals } from '../runtime/equals.ts'
import { type CelMap, noOverload } from '../runtime/kind.ts'
import { mapGet, mapKeys, mapSize, setOwn } from '../runtime/map.ts'
import { boundedList, EXHAUSTED, LIST_TOO_LONG, meter, spend, TEXT_TOO_LONG } from '../runtime/meter.ts'
import { ORDER } from '../runtime/order.ts'
import type { FunctionGroup } from './row.ts'
import { textSize } from './text.ts'

type List = readonly unknown[]

const EMPTY = new Failure('missing', 'the list is empty')

function length(items: List | Uint8Array): number {
  return items.length
}

function join(list: List, separator = ''): string | Failure {
  let length = 0
  for (const item of list) {
    if (typeof item !== 'string') return noOverload('join', item)
    length += item.length + separator.length
  }
  return length > meter.limits.textCharacters ? TEXT_TOO_LONG : list.join(separator)
}

/** Lists inside lists are replaced by their items, down to a depth. */
function flatten(list: List, depth = 1): Value {
  if (depth < 0) return new Failure('range', 'flatten() takes a depth of at least 0')
  const flat: unknown[] = []
  return flattenInto(flat, list, depth) ?? flat
}

function flattenInto(flat: unknown[], list: List, depth: number): Failure | undefined {
  for (const item of list) {
    if (flat.length >= meter.limits.listItems) return LIST_TOO_LONG
    if (spend(1)) return EXHAUSTED
    const failure =
      depth > 0 && Array.isArray(item) ? flattenInto(flat, item, depth - 1) : void flat.push(item)
    if (failure !== undefined) return failure
  }
  return undefined
}

function distinct(list: List): Value {
  const seen = new Set<unknown>()
  const kept: unknown[] = []
  for (const item of list) {
    if (spend(1)) return EXHAUSTED
    if (seen.has(item) || isAmong(kept, item)) continue
    seen.add(item)
    kept.push(item)
  }
  return meter.left < 0 ? EXHAUSTED : kept
}

/** Texts and booleans are found by the set alone; only other values need comparing. */
function isAmong(kept: List, item: unknown): boolean {
  if (typeof item === 'string' || typeof item === 'boolean') return false
  return !spend(kept.length) && kept.some((other) => equals(other, item))
}

function extreme(list: List, isBetter: (item: unknown, best: unknown) => boolean | Failure): Value {
  if (list.length === 0) return EMPTY
  let best = list[0]
  for (let i = list.length === 1 ? 0 : 1; i < list.length; i++) {
    if (spend(1)) return EXHAUSTED
    const answer = isBetter(list[i], best)
    if (typeof answer !== 'boolean') return answer
    if (answer) best = list[i]
  }
  return best
}

function entries(map: CelMap): Value {
  if (spend(mapSize(map))) return EXHAUSTED
  return boundedList(mapKeys(map).map((key) => ({ key, value: mapGet(map, key) })))
}

const TOO_WIDE = new Failure('range', 'there are more values than names')

/** A row of a table as a map. More values than names is no row of that table: none of them is lost in silence. */
function zip(names: List, values: List): Value {
  if (values.length > names.length) return TOO_WIDE
  const row: Record<string, unknown> = {}
  for (const [i, value] of values.entries()) {
    const name = names[i]
    if (typeof name !== 'string') return noOverload('zip', name)
    setOwn(row, name, value)
  }
  return row
}

export const LISTS: FunctionGroup = {
  title: 'Lists and maps',
  rows: [
    {
      name: 'size',
      about: 'How many characters, bytes, items or keys there are.',
      examples: [
        ["size('naïve')", '5'],
        ['size([1, 2, 3])', '3'],
        ["{'a': 1}.size()", '1'],
      ],
      overloads: [
        ['size(list(A)) -> index', length],
        ['size(string) -> index', textSize],
        ['size(map(A, B)) -> index', mapSize],
        ['size(bytes) -> index', length],
        ['list(A).size() -> index', length],
        ['string.size() -> index', textSize],
        ['map(A, B).size() -> index', mapSize],
        ['bytes.size() -> index', length],
      ],
    },
    {
      name: 'join',
      about: 'The texts of a list as one, with a separator between them if given.',
      examples: [
        ["['a', 'b'].join()", "'ab'"],
        ["['a', 'b'].join(', ')", "'a, b'"],
      ],
      overloads: [
        ['list(string).join() -> string', join],
        ['list(string).join(string) -> string', join],
        ['join(list(string), string) -> string', join],
      ],
    },
    {
      name: 'first',
      about: 'The first item; missing when the list is empty.',
      examples: [
        ['first([3, 1, 2])', '3'],
        ['first([])', 'fails: missing'],
        ["default(first([]), 'none')", "'none'"],
      ],
      overloads: [['first(list(A)) -> A', (list: List) => (list.length === 0 ? EMPTY : list[0])]],
      work: 'flat',
    },
    {
      name: 'last',
      about: 'The last item; missing when the list is empty.',
      examples: [['last([3, 1, 2])', '2']],
      overloads: [['last(list(A)) -> A', (list: List) => (list.length === 0 ? EMPTY : list.at(-1))]],
      work: 'flat',
    },
    {
      name: 'min',
      about: 'The smallest item of a list; missing when the list is empty.',
      examples: [
        ['min([3, 1, 2])', '1'],
        ["min(['b', 'a'])", "'a'"],
      ],
      overloads: [['min(list(A)) -> A', (list: List) => extreme(list, ORDER['<'])]],
    },
    {
      name: 'max',
      about: 'The largest item of a list; missing when the list is empty.',
      examples: [['max([3, 1, 2])', '3']],
      overloads: [['max(list(A)) -> A', (list: List) => extreme(list, ORDER['>'])]],
    },
    {
      name: 'flatten',
      about: 'The list with the items of lists inside it in their place; one level, or to the depth given.',
      examples: [
        ['flatten([1, [2, [3]]])', '[1, 2, [3]]'],
        ['flatten([1, [2, [3]]], 2)', '[1, 2, 3]'],
      ],
      overloads: [
        ['flatten(list(A)) -> list(dyn)', (list: List) => flatten(list)],
        ['flatten(list(A), index) -> list(dyn)', flatten],
        ['list(A).flatten() -> list(dyn)', (list: List) => flatten(list)],
        ['list(A).flatten(index) -> list(dyn)', flatten],
      ],
    },
    {
      name: 'distinct',
      about: 'The list without repetitions; the first of equal items stays.',
      examples: [["distinct(['a', 'b', 'a'])", "['a', 'b']"]],
      overloads: [
        ['distinct(list(A)) -> list(A)', distinct],
        ['list(A).distinct() -> list(A)', distinct],
      ],
    },
    {
      name: 'entries',
      about: 'The pairs of a map as a list of maps with `key` and `value`.',
      examples: [["entries({'a': 1})", "[{'key': 'a', 'value': 1}]"]],
      overloads: [['entries(map(A, B)) -> list(map(string, dyn))', entries]],
    },
    {
      name: 'zip',
      about:
        'The values of a row by the names of its columns, as a map. Names beyond the last value are left out; of a name that stands twice the last value stays.',
      examples: [
        ["zip(['id', 'name'], [7, 'Kim'])", "{'id': 7, 'name': 'Kim'}"],
        ["zip(['id', 'name'], [7])", "{'id': 7}"],
        ["zip(['id'], [7, 'Kim'])", 'fails: range'],
      ],
      overloads: [['zip(list(string), list(A)) -> map(string, A)', zip]],
    },
    {
      name: 'lookup',
      about: 'The value at a key of a map, or the fallback when the map has no such key.',
      examples: [
        ["lookup({'on': 'active'}, 'on', 'unknown')", "'active'"],
        ["lookup({'on': 'active'}, 'off', 'unknown')", "'unknown'"],
      ],
      overloads: [
        [
          'lookup(map(A, B), dyn, dyn) -> dyn',
          (map: CelMap, key: unknown, fallback: unknown) => {
            const found = mapGet(map, key)
            return found === undefined ? fallback : found
          },
        ],
      ],
      work: 'flat',
    },
  ],
}
