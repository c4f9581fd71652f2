/**
 * A QR code of a text: bytes, error correction L, versions 1 to 9. Enough for the address an authenticator reads.
 *
 * @see ISO/IEC 18004:2015, sections 7 and 8
 * @returns rows of modules, true is dark; `undefined` when the text is longer than 230 bytes.
 */
export function qrOf(text: string): boolean[][] | undefined {
  const bytes = new TextEncoder().encode(text)
  const version = SIZES.findIndex(([total, check, blocks]) => bytes.length <= total - check * blocks - 2) + 1
  const size = SIZES[version - 1]
  if (size === undefined) return undefined
  const code = openCode(version)
  drawPatterns(code, version)
  drawFormat(code)
  if (version >= 7) drawVersion(code, version)
  drawData(code, codewords(bytes, size))
  return code.modules
}

/** Of each version: codewords in all, codewords of correction in a block, blocks. */
const SIZES: readonly (readonly [total: number, check: number, blocks: number])[] = [
  [26, 7, 1],
  [44, 10, 1],
  [70, 15, 1],
  [100, 20, 1],
  [134, 26, 1],
  [172, 18, 2],
  [196, 20, 2],
  [242, 24, 2],
  [292, 30, 2],
]
/** Centres of the alignment patterns besides 6. */
const ALIGNMENT: readonly (readonly number[])[] = [
  [],
  [18],
  [22],
  [26],
  [30],
  [34],
  [22, 38],
  [24, 42],
  [26, 46],
]

type Code = {
  readonly size: number
  readonly modules: boolean[][]
  /** Where no data stands. */
  readonly taken: boolean[][]
}

function openCode(version: number): Code {
  const size = 17 + 4 * version
  const grid = () => Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  return { size, modules: grid(), taken: grid() }
}

function put({ size, modules, taken }: Code, row: number, column: number, isDark: boolean): void {
  if (row < 0 || column < 0 || row >= size || column >= size) return
  modules[row]![column] = isDark
  taken[row]![column] = true
}

function drawPatterns(code: Code, version: number): void {
  const { size } = code
  for (let at = 0; at < size; at += 1) {
    put(code, 6, at, at % 2 === 0)
    put(code, at, 6, at % 2 === 0)
  }
  const corners = [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const
  for (const [row, column] of corners) drawRings(code, { row, column, reach: 4, light: [2, 4] })
  const centres = [6, ...(ALIGNMENT[version - 1] ?? [])]
  const last = centres.at(-1)
  for (const row of centres)
    for (const column of centres) {
      const isCorner =
        (row === 6 && column === 6) || (row === 6 && column === last) || (row === last && column === 6)
      if (!isCorner) drawRings(code, { row, column, reach: 2, light: [1] })
    }
}

type Rings = {
  readonly row: number
  readonly column: number
  readonly reach: number
  readonly light: readonly number[]
}

/** Squares around a centre; the rings named are light. */
function drawRings(code: Code, { row, column, reach, light }: Rings): void {
  for (let down = -reach; down <= reach; down += 1)
    for (let right = -reach; right <= reach; right += 1)
      put(code, row + down, column + right, !light.includes(Math.max(Math.abs(down), Math.abs(right))))
}

/** Level L and mask 0, twice. */
function drawFormat(code: Code): void {
  const { size } = code
  const bits = (withRemainder(0b01_000, 10, 0x537) ^ 0x5412) >>> 0
  for (let at = 0; at < 15; at += 1) {
    const isDark = ((bits >>> at) & 1) === 1
    const [row, column] = at < 6 ? [at, 8] : at < 8 ? [at + 1, 8] : [8, at === 8 ? 7 : 14 - at]
    put(code, row!, column!, isDark)
    if (at < 8) put(code, 8, size - 1 - at, isDark)
    else put(code, size - 15 + at, 8, isDark)
  }
  put(code, size - 8, 8, true)
}

function drawVersion(code: Code, version: number): void {
  const bits = withRemainder(version, 12, 0x1f25)
  for (let at = 0; at < 18; at += 1) {
    const isDark = ((bits >>> at) & 1) === 1
    const [far, near] = [code.size - 11 + (at % 3), Math.floor(at / 3)]
    put(code, far, near, isDark)
    put(code, near, far, isDark)
  }
}

/** The value, followed by its remainder in the polynomial. */
function withRemainder(value: number, degree: number, polynomial: number): number {
  let rest = value
  for (let step = 0; step < degree; step += 1) rest = (rest << 1) ^ ((rest >>> (degree - 1)) * polynomial)
  return (value << degree) | rest
}

/** With mask 0 over it. */
function drawData({ size, modules, taken }: Code, words: readonly number[]): void {
  let at = 0
  for (const [row, column] of path(size)) {
    if (taken[row]![column]) continue
    const bit = (((words[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1
    modules[row]![column] = bit !== ((row + column) % 2 === 0)
    at += 1
  }
}

/** Every place in the order of the data: pairs of columns from the right, up and down in turn; column 6 is no pair's. */
function* path(size: number): Generator<readonly [row: number, column: number]> {
  for (let pair = 0; pair * 2 < size - 1; pair += 1) {
    const last = size - 1 - pair * 2
    const right = last <= 6 ? last - 1 : last
    for (let step = 0; step < size; step += 1) {
      const row = pair % 2 === 0 ? size - 1 - step : step
      yield [row, right]
      yield [row, right - 1]
    }
  }
}

/** The bytes with their heading and filling, cut in blocks, each with its correction, dealt out in turn. */
function codewords(bytes: Uint8Array, [total, check, count]: (typeof SIZES)[number]): number[] {
  const room = total - check * count
  const bits = [
    4,
    bytes.length >>> 4,
    bytes.length & 15,
    ...[...bytes].flatMap((byte) => [byte >>> 4, byte & 15]),
    0,
  ]
  const data = Array.from({ length: bits.length / 2 }, (_, at) => (bits[at * 2]! << 4) | bits[at * 2 + 1]!)
  for (let fill = 0; data.length < room; fill += 1) data.push(fill % 2 === 0 ? 0xec : 0x11)
  const short = Math.floor(room / count)
  const shorter = count - (room % count)
  const blocks = Array.from({ length: count }, (_, at) => {
    const from = at * short + Math.max(0, at - shorter)
    return data.slice(from, from + short + (at >= shorter ? 1 : 0))
  })
  const corrections = blocks.map((block) => correction(block, check))
  return [...dealt(blocks), ...dealt(corrections)]
}

const dealt = (blocks: readonly (readonly number[])[]): number[] =>
  Array.from({ length: Math.max(...blocks.map(({ length }) => length)) }, (_, at) =>
    blocks.flatMap((block) => block[at] ?? []),
  ).flat()

/** Reed-Solomon over GF(256) with x^8 + x^4 + x^3 + x^2 + 1. */
function correction(data: readonly number[], length: number): number[] {
  let divisor = [1]
  for (let at = 0, root = 1; at < length; at += 1, root = product(root, 2))
    divisor = [...divisor, 0].map((value, place) => value ^ product(divisor[place - 1] ?? 0, root))
  const rest = Array<number>(length).fill(0)
  for (const word of data) {
    const factor = word ^ rest.shift()!
    rest.push(0)
    for (let at = 0; at < length; at += 1) rest[at] = rest[at]! ^ product(divisor[at + 1]!, factor)
  }
  return rest
}

function product(a: number, b: number): number {
  let result = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d)
    result ^= ((b >>> bit) & 1) * a
  }
  return result
}
