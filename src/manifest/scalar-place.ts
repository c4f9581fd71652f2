import type { ScalarNode } from './node.ts'
import { type Place, placeAt } from './source.ts'

/**
 * Where a character of a scalar's value stands in the file: quotes, escapes, folded lines and indentation are what separates
 * the two.
 */
export function placeInScalar(node: ScalarNode, valueOffset: number): Place {
  const { source, style } = node
  const text = typeof node.value === 'string' ? node.value : node.written
  let at = contentStart(node)
  for (let i = 0; i < valueOffset && at < source.text.length; i++) {
    at = seek(source.text, at, { wanted: text[i]!, style })
    // What is left of a longer escape is skipped with the next character.
    at += style === 'double' && source.text[at] === '\\' ? 2 : 1
  }
  const wanted = text[valueOffset]
  if (wanted !== undefined) at = seek(source.text, at, { wanted, style })
  return placeAt(source, at)
}

/** Behind the opening quote; for `|` and `>` at the line below. */
function contentStart({ source, start, style }: ScalarNode): number {
  if (style === 'plain') return start
  if (style === 'single' || style === 'double') return start + 1
  const lineEnd = source.text.indexOf('\n', start)
  return lineEnd === -1 ? source.text.length : lineEnd + 1
}

/** Skips what the value does not have: line breaks and indentation that were folded away, the second of two single quotes. */
function seek(
  text: string,
  from: number,
  { wanted, style }: { wanted: string; style: ScalarNode['style'] },
): number {
  let at = from
  while (at < text.length && text[at] !== wanted) {
    if (style === 'double' && text[at] === '\\' && !isLineEnd(text[at + 1])) return at
    if (wanted === ' ' && isLineEnd(text[at])) return at
    at++
  }
  return at
}

const isLineEnd = (character: string | undefined) => character === '\n' || character === '\r'
