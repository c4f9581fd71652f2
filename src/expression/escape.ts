import { refuse } from './problem.ts'

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  '?': 63,
  '"': 34,
  "'": 39,
  '`': 96,
}

/** Digits after the letter of a numeric escape, by that letter. */
const DIGITS: Readonly<Record<string, number>> = { x: 2, X: 2, u: 4, U: 8 }

type Escape = { readonly code: number; readonly end: number; readonly isByte: boolean }

/** Reads the escape whose backslash is at `at`. `isByte` marks `\x41` and `\101`, which name a byte inside bytes. */
export function readEscape(source: string, at: number): Escape {
  const letter = source[at + 1] ?? ''
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined
  if (simple !== undefined) return { code: simple, end: at + 2, isByte: false }
  if (Object.hasOwn(DIGITS, letter)) {
    const end = at + 2 + DIGITS[letter]!
    const digits = source.slice(at + 2, end)
    if (digits.length !== DIGITS[letter] || !/^[0-9a-fA-F]+$/.test(digits)) badEscape(source, at)
    return { code: Number.parseInt(digits, 16), end, isByte: letter === 'x' || letter === 'X' }
  }
  const octal = source.slice(at + 1, at + 4)
  if (!/^[0-3][0-7]{2}$/.test(octal)) badEscape(source, at)
  return { code: Number.parseInt(octal, 8), end: at + 4, isByte: true }
}

function badEscape(source: string, at: number): never {
  refuse(`"${source.slice(at, at + 2)}" is not a valid escape`, at, 'write \\\\ for a backslash, or r"…"')
}

/** The text a literal's body stands for. */
export function unescapeText(source: string, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; ) {
    const backslash = source.indexOf('\\', at)
    if (backslash === -1 || backslash >= end) return text + source.slice(at, end)
    const read = readEscape(source, backslash)
    if (read.code > 0x10ffff || (read.code >= 0xd800 && read.code < 0xe000))
      refuse('the escape names no character', backslash)
    text += source.slice(at, backslash) + String.fromCodePoint(read.code)
    at = read.end
  }
  return text
}

/** The bytes a bytes literal's body stands for: characters as UTF-8, `\x` and octal escapes as single bytes. */
export function unescapeBytes(source: string, start: number, end: number): Uint8Array {
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (let at = start; at < end; ) {
    if (source[at] !== '\\') {
      const backslash = source.indexOf('\\', at)
      const stop = backslash === -1 || backslash >= end ? end : backslash
      bytes.push(...encoder.encode(source.slice(at, stop)))
      at = stop
      continue
    }
    const read = readEscape(source, at)
    if (!read.isByte && read.code > 127) refuse('a Unicode escape is not allowed in bytes', at)
    bytes.push(read.code)
    at = read.end
  }
  return Uint8Array.from(bytes)
}
