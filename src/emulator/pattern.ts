import type { Program, Template } from '../model/expression.ts'

/** A template taken apart: fixed texts and the expressions between them, in order. */
export type Piece = string | Program
export type Pattern = readonly Piece[]

/** What a request held where an expression stands. */
export type Capture = { readonly program: Program; readonly text: string }

export function patternOf(template: Template): Pattern {
  const { source, programs } = template
  const pieces: Piece[] = []
  let from = 0
  for (const program of programs) {
    const open = openingOf(source, program.source, from)
    if (open === undefined) break
    pieces.push(unescaped(source.slice(from, open.at)), program)
    from = open.end
  }
  pieces.push(unescaped(source.slice(from)))
  return pieces.filter((piece) => piece !== '')
}

const unescaped = (text: string) => text.replaceAll('\\{{', '{{')

function openingOf(source: string, expression: string, from: number) {
  for (let at = source.indexOf('{{', from); at !== -1; at = source.indexOf('{{', at + 2)) {
    if (source[at - 1] === '\\') continue
    const start = source.indexOf(expression, at)
    if (source.slice(at + 2, start).trim() !== '') continue
    const end = source.indexOf('}}', start + expression.length)
    return { at, end: end + 2 }
  }
  return undefined
}

/**
 * Reads a text as the pattern writes it.
 *
 * @param mayHold whether an expression can have stood for such a text, e.g. one path segment; each takes the shortest that fits.
 * @returns `undefined` when the pattern never writes this text.
 */
export function match(
  pattern: Pattern,
  text: string,
  mayHold: (text: string) => boolean = () => true,
): readonly Capture[] | undefined {
  const [piece, ...rest] = pattern
  if (piece === undefined) return text === '' ? [] : undefined
  if (typeof piece === 'string')
    return text.startsWith(piece) ? match(rest, text.slice(piece.length), mayHold) : undefined
  for (const end of ends(rest, text)) {
    const held = text.slice(0, end)
    if (!mayHold(held)) continue
    const others = match(rest, text.slice(end), mayHold)
    if (others !== undefined) return [{ program: piece, text: held }, ...others]
  }
  return undefined
}

/** Where an expression's text can end: before each occurrence of the fixed text that follows it. */
function* ends(rest: Pattern, text: string): Generator<number> {
  const [next] = rest
  if (next === undefined) yield text.length
  else if (typeof next !== 'string') for (let end = 0; end <= text.length; end++) yield end
  else for (let end = text.indexOf(next); end !== -1; end = text.indexOf(next, end + 1)) yield end
}
