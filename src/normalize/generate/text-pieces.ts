import { quote } from '../../expression/emit-program.ts'

/** A part of a text in generated code: known while the code is written, or JavaScript for it. */
export type Piece = { readonly text: string; readonly js?: undefined } | { readonly js: string }

export function fixed(text: string): Piece {
  return { text }
}

/** JavaScript for the pieces in a row, of which the first is a text; what is known is put together now. */
export function concatenation(pieces: readonly Piece[]): string {
  const parts: string[] = []
  let text = ''
  for (const piece of pieces) {
    if (piece.js === undefined) {
      text += piece.text
      continue
    }
    if (text !== '') parts.push(quote(text))
    parts.push(piece.js)
    text = ''
  }
  if (text !== '' || parts.length === 0) parts.push(quote(text))
  return parts.join(' + ')
}

/** How the first, and each next one, of a list that grows in a variable starts. */
export type Starts = readonly [first: string, next: string]

/**
 * Pieces of one of a list that grows in a variable. A text that follows its start is put together with that now.
 *
 * @param isFirst nothing can be in the variable yet.
 */
export function begun(
  variable: string,
  [first, next]: Starts,
  { pieces, isFirst }: { readonly pieces: readonly Piece[]; readonly isFirst: boolean },
): readonly Piece[] {
  if (isFirst) return [fixed(first), ...pieces]
  const [head, ...rest] = pieces
  if (head !== undefined && head.js === undefined)
    return begun(variable, [first + head.text, next + head.text], { pieces: rest, isFirst })
  return [{ js: `(${variable} === "" ? ${quote(first)} : ${quote(next)})` }, ...pieces]
}
