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
