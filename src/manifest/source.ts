/** One file of a manifest, with what is needed to say where in it something stands. */
export type Source = {
  /** Path relative to the connector's folder. */
  readonly file: string
  readonly text: string
  /** Offsets at which lines begin, ascending; the first is 0. */
  readonly lineStarts: readonly number[]
}

/** A place an author can go to. */
export type Place = {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based, in characters. */
  readonly column: number
}

export function sourceOf(file: string, text: string): Source {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts }
}

/** The line and column of an offset; one beyond the end is the end. */
export function placeAt(source: Source, offset: number): Place {
  const at = Math.min(Math.max(offset, 0), source.text.length)
  let low = 0
  let high = source.lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (source.lineStarts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return { file: source.file, line: low + 1, column: at - source.lineStarts[low]! + 1 }
}
