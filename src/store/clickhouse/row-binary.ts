/** How a value of each column type stands in ClickHouse's format RowBinary. */
const WRITERS = {
  String: (bytes: Bytes, value: unknown) => bytes.text(value as string),
  'Array(String)': (bytes: Bytes, value: unknown) => {
    const texts = value as readonly string[]
    bytes.varint(texts.length)
    for (const text of texts) bytes.text(text)
  },
  UInt8: (bytes: Bytes, value: unknown) => bytes.uint8(value as number),
  Int8: (bytes: Bytes, value: unknown) => bytes.uint8((value as number) & 0xff),
  UInt32: (bytes: Bytes, value: unknown) => bytes.uint32(value as number),
  /** Of a `bigint`: 64 bits do not fit into a number. */
  UInt64: (bytes: Bytes, value: unknown) => bytes.uint64(value as bigint),
  /** Of Unix milliseconds from 1970 on. */
  'DateTime64(3)': (bytes: Bytes, value: unknown) => {
    bytes.uint32((value as number) % TWO_32)
    bytes.uint32(Math.floor((value as number) / TWO_32))
  },
} as const
const TWO_32 = 2 ** 32

export type ColumnType = keyof typeof WRITERS

/** Rows in the format that the engine reads with the least work: it has nothing to unquote. */
export type BinaryRows = {
  /** @param row one value for each of the types. */
  readonly add: (row: readonly unknown[]) => void
  /** Of all rows, in bytes. */
  readonly size: () => number
  /** All rows, or those that are wanted, in order, in few pieces. */
  readonly pieces: (isWanted?: (index: number) => boolean) => readonly Uint8Array[]
}

export function binaryRows(types: readonly ColumnType[]): BinaryRows {
  const writers = types.map((type) => WRITERS[type])
  const bytes = new Bytes()
  return {
    add: (row) => {
      for (let index = 0; index < writers.length; index++) writers[index]!(bytes, row[index])
      bytes.endRow()
    },
    size: () => bytes.size,
    pieces: (isWanted = () => true) => bytes.pieces(isWanted),
  }
}

/** The rows of a table at once. */
export function toBinary(
  types: readonly ColumnType[],
  rows: readonly (readonly unknown[])[],
): readonly Uint8Array[] {
  const binary = binaryRows(types)
  for (const row of rows) binary.add(row)
  return binary.pieces()
}

const CHUNK_BYTES = 1 << 20
const FIRST_CHUNK_BYTES = 1 << 14
/** Up to here a loop is faster than a call into the runtime. */
const SHORT_TEXT = 40

/** Bytes of rows, in chunks: a row is never in two. */
class Bytes {
  /** Of the rows that are complete. */
  size = 0
  #chunk = Buffer.allocUnsafeSlow(FIRST_CHUNK_BYTES)
  #at = 0
  #rowStart = 0
  readonly #rows: Buffer[] = []

  endRow(): void {
    this.#rows.push(this.#chunk.subarray(this.#rowStart, this.#at))
    this.size += this.#at - this.#rowStart
    this.#rowStart = this.#at
  }

  /** Neighbours are joined. */
  pieces(isWanted: (index: number) => boolean): Uint8Array[] {
    const pieces: Buffer[] = []
    this.#rows.forEach((row, index) => {
      if (!isWanted(index)) return
      const last = pieces.at(-1)
      if (last?.buffer === row.buffer && last.byteOffset + last.length === row.byteOffset)
        pieces[pieces.length - 1] = Buffer.from(row.buffer, last.byteOffset, last.length + row.length)
      else pieces.push(row)
    })
    return pieces
  }

  uint8(value: number): void {
    this.#reserve(1)
    this.#chunk[this.#at++] = value
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.#at = this.#chunk.writeUInt32LE(value, this.#at)
  }

  uint64(value: bigint): void {
    this.#reserve(8)
    this.#at = this.#chunk.writeBigUInt64LE(value, this.#at)
  }

  varint(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.uint8((rest & 0x7f) | 0x80)
    this.uint8(rest)
  }

  text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#shortAscii(text)) return
    const size = Buffer.byteLength(text)
    this.varint(size)
    this.#reserve(size)
    this.#chunk.write(text, this.#at)
    this.#at += size
  }

  #shortAscii(text: string): boolean {
    this.#reserve(1 + SHORT_TEXT)
    const chunk = this.#chunk
    let at = this.#at + 1
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      chunk[at++] = code
    }
    chunk[this.#at] = text.length
    this.#at = at
    return true
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#chunk.length) return
    const begun = this.#chunk.subarray(this.#rowStart, this.#at)
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, 2 * (begun.length + size)))
    this.#at = begun.copy(this.#chunk)
    this.#rowStart = 0
  }
}
