import { Failure, type Value } from '../../model/expression.ts'
import { boundedList, boundedText, EXHAUSTED, meter, spendOn, TEXT_TOO_LONG } from '../runtime/meter.ts'
import type { FunctionGroup } from './row.ts'

const SURROGATE = /[\uD800-\uDFFF]/

/** Positions count code points, as in CEL. Text without surrogates, nearly all of it, is indexed as it is. */
function isPlain(text: string): boolean {
  return !SURROGATE.test(text)
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text)
}

/** Changes the case of the 26 letters from `first` on, in whatever text. In UTF-16, the two cases differ in one bit. */
function shiftCase(text: string, first: number): string {
  const units = Buffer.from(text, 'utf16le')
  for (let i = 0; i < units.length; i += 2)
    if (units[i + 1] === 0 && units[i]! >= first && units[i]! < first + 26) units[i] = units[i]! ^ 32
  return units.toString('utf16le')
}

export function textSize(text: string): number {
  let pairs = 0
  for (let i = 1; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++
  return text.length - pairs
}

function outOfRange(position: number): Failure {
  return new Failure('range', `position ${position} is outside the text`)
}

function charAt(text: string, position: number): string | Failure {
  const characters = isPlain(text) ? text : Array.from(text)
  if (position < 0 || position > characters.length) return outOfRange(position)
  return characters[position] ?? ''
}

function substring(text: string, start: number, end?: number): string | Failure {
  const characters = isPlain(text) ? text : Array.from(text)
  const stop = end ?? characters.length
  if (start < 0 || start > characters.length) return outOfRange(start)
  if (stop < start || stop > characters.length) return outOfRange(stop)
  const part = characters.slice(start, stop)
  return typeof part === 'string' ? part : part.join('')
}

function indexOf(text: string, part: string, from = 0): number | Failure {
  if (isPlain(text)) return from < 0 || from > text.length ? outOfRange(from) : text.indexOf(part, from)
  const characters = Array.from(text)
  if (from < 0 || from > characters.length) return outOfRange(from)
  const unit = text.indexOf(part, characters.slice(0, from).join('').length)
  return unit === -1 ? -1 : textSize(text.slice(0, unit))
}

function lastIndexOf(text: string, part: string, from?: number): number | Failure {
  const size = textSize(text)
  const start = from ?? size
  if (start < 0 || start > size) return outOfRange(start)
  // The engine compares at every position, so that only the product of the lengths bounds its work.
  if (spendOn(text.length + text.length * part.length)) return EXHAUSTED
  const units = isPlain(text) ? start : Array.from(text).slice(0, start).join('').length
  const unit = text.lastIndexOf(part, units)
  return unit === -1 ? -1 : textSize(text.slice(0, unit))
}

function split(text: string, separator: string, limit = -1): Value {
  if (limit === 0) return []
  const parts = text.length > meter.limits.listItems ? splitLong(text, separator) : splitAll(text, separator)
  if (limit < 0 || parts.length <= limit) return boundedList(parts)
  return boundedList([...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)])
}

/** An empty separator splits into code points. */
function splitAll(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator)
}

/** One part more than is allowed is enough to see that it is too many. */
function splitLong(text: string, separator: string): string[] {
  return text.split(separator, Math.min(meter.limits.listItems + 1, 0xffffffff))
}

function replace(text: string, from: string, to: string, limit = -1): string | Failure {
  if (limit === 0) return text
  const pieces = splitAll(text, from)
  const count = limit < 0 ? pieces.length - 1 : Math.min(limit, pieces.length - 1)
  if (text.length + count * (to.length - from.length) > meter.limits.textCharacters) return TEXT_TOO_LONG
  if (spendOn(pieces.length * 16)) return EXHAUSTED
  if (from === '') return replaceGaps(pieces, to, limit)
  return (
    pieces.slice(0, count + 1).join(to) +
    pieces
      .slice(count + 1)
      .map((piece) => from + piece)
      .join('')
  )
}

/** Replacing the empty text puts `to` before every character and at the end. */
function replaceGaps(characters: readonly string[], to: string, limit: number): string | Failure {
  const count = limit < 0 ? characters.length + 1 : limit
  return boundedText(
    characters.map((character, i) => (i < count ? to + character : character)).join('') +
      (count > characters.length ? to : ''),
  )
}

/** One character each: a quantified pattern at the end of a text would take quadratic time. */
const WHITE_SPACE = /^\p{White_Space}$/u

function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && WHITE_SPACE.test(text[start]!)) start++
  while (end > start && WHITE_SPACE.test(text[end - 1]!)) end--
  return text.slice(start, end)
}

export const TEXT: FunctionGroup = {
  title: 'Text',
  rows: [
    {
      name: 'contains',
      about: 'Whether the text has the other text in it.',
      examples: [["'user.login'.contains('login')", 'true']],
      overloads: [['string.contains(string) -> bool', (text: string, part: string) => text.includes(part)]],
    },
    {
      name: 'startsWith',
      about: 'Whether the text begins with the other text.',
      examples: [["'user.login'.startsWith('user.')", 'true']],
      overloads: [
        ['string.startsWith(string) -> bool', (text: string, part: string) => text.startsWith(part)],
      ],
    },
    {
      name: 'endsWith',
      about: 'Whether the text ends with the other text.',
      examples: [["'ada@example.com'.endsWith('@example.com')", 'true']],
      overloads: [['string.endsWith(string) -> bool', (text: string, part: string) => text.endsWith(part)]],
    },
    {
      name: 'charAt',
      about: 'The character at a position, counted from 0; empty just behind the end.',
      examples: [
        ["'abc'.charAt(1)", "'b'"],
        ["'abc'.charAt(3)", "''"],
        ["'abc'.charAt(4)", 'fails: range'],
      ],
      overloads: [['string.charAt(index) -> string', charAt]],
    },
    {
      name: 'indexOf',
      about: 'The position of the first occurrence, from a start position if given; -1 when there is none.',
      examples: [
        ["'hello mellow'.indexOf('ello')", '1'],
        ["'hello mellow'.indexOf('ello', 2)", '7'],
        ["'hello'.indexOf('jello')", '-1'],
      ],
      overloads: [
        ['string.indexOf(string) -> index', indexOf],
        ['string.indexOf(string, index) -> index', indexOf],
      ],
    },
    {
      name: 'lastIndexOf',
      about: 'The position of the last occurrence, at or before a position if given; -1 when there is none.',
      examples: [["'hello mellow'.lastIndexOf('ello')", '7']],
      overloads: [
        ['string.lastIndexOf(string) -> index', lastIndexOf],
        ['string.lastIndexOf(string, index) -> index', lastIndexOf],
      ],
      work: 'metered',
    },
    {
      name: 'lowerAscii',
      about: 'The text with A to Z in lower case; other letters stay.',
      examples: [["'TacoCÆt'.lowerAscii()", "'tacocÆt'"]],
      overloads: [
        [
          'string.lowerAscii() -> string',
          (text: string) => (isAscii(text) ? text.toLowerCase() : shiftCase(text, 65)),
        ],
      ],
    },
    {
      name: 'upperAscii',
      about: 'The text with a to z in upper case; other letters stay.',
      examples: [["'TacoCæt'.upperAscii()", "'TACOCæT'"]],
      overloads: [
        [
          'string.upperAscii() -> string',
          (text: string) => (isAscii(text) ? text.toUpperCase() : shiftCase(text, 97)),
        ],
      ],
    },
    {
      name: 'replace',
      about: 'The text with every occurrence, or the first so many, replaced.',
      examples: [
        ["'hello hello'.replace('he', 'we')", "'wello wello'"],
        ["'hello hello'.replace('he', 'we', 1)", "'wello hello'"],
      ],
      overloads: [
        ['string.replace(string, string) -> string', replace],
        ['string.replace(string, string, index) -> string', replace],
      ],
    },
    {
      name: 'split',
      about: 'The parts between the separators; with a limit, at most so many parts, the rest in the last.',
      examples: [
        ["'a,b,c'.split(',')", "['a', 'b', 'c']"],
        ["'a,b,c'.split(',', 2)", "['a', 'b,c']"],
      ],
      overloads: [
        ['string.split(string) -> list(string)', split],
        ['string.split(string, index) -> list(string)', split],
      ],
    },
    {
      name: 'substring',
      about: 'The characters from one position up to, not including, another or the end.',
      examples: [
        ["'tacocat'.substring(4)", "'cat'"],
        ["'tacocat'.substring(0, 4)", "'taco'"],
        ["'tacocat'.substring(0, 9)", 'fails: range'],
      ],
      overloads: [
        ['string.substring(index) -> string', substring],
        ['string.substring(index, index) -> string', substring],
      ],
    },
    {
      name: 'trim',
      about: 'The text without white space at either end.',
      examples: [["'  ada \\n'.trim()", "'ada'"]],
      overloads: [['string.trim() -> string', trim]],
    },
  ],
}
