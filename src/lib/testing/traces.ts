import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Every form in which the bytes of a text may lie somewhere. */
export const formsOf = (text: string): readonly Buffer[] => [
  Buffer.from(text),
  Buffer.from(Buffer.from(text).toString('hex')),
  Buffer.from(Buffer.from(text).toString('base64').replace(/.?=*$/, '')),
  Buffer.from(encodeURIComponent(text)),
  Buffer.from(text, 'utf16le'),
]

/** The files below a folder that hold one of the texts in any form. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<readonly string[]> {
  const forms = texts.flatMap(formsOf)
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of names.filter((one) => one.isFile())) {
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(goneMeanwhile)
    if (forms.some((form) => bytes.includes(form))) found.push(entry.name)
  }
  return found
}

const goneMeanwhile = (error: NodeJS.ErrnoException): Buffer => {
  if (error.code !== 'ENOENT') throw error
  return Buffer.alloc(0)
}

/** A process and everything below it, on Linux. */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const tasks = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const children = tasks.split(' ').filter((text) => text !== '')
  return [pid, ...(await Promise.all(children.map((child) => familyOf(Number(child))))).flat()]
}

function goneAlready(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
}

const PIECE_BYTES = 16 * 2 ** 20

/**
 * The texts that the memory of a process holds: what a core dump of it, and the swap it was written to, would.
 *
 * @returns also how much was read; nothing where it may not be read.
 */
export async function textsInMemory(pid: number, texts: readonly string[]) {
  const found = new Set<string>()
  let bytes = 0
  const forms = texts.map((text) => [text, formsOf(text)] as const)
  // A process that ended meanwhile has no memory: workers of a database come and go.
  const memory = await open(`/proc/${pid}/mem`, 'r').catch(goneAlready)
  if (memory === undefined) return { found: [], bytes }
  const buffer = Buffer.allocUnsafe(PIECE_BYTES)
  try {
    for (const [from, to] of await writtenParts(pid))
      for (let at = from; at < to; at += PIECE_BYTES) {
        const length = Math.min(PIECE_BYTES, to - at)
        const read = await memory.read(buffer, 0, length, at).catch(() => ({ bytesRead: 0 }))
        const piece = buffer.subarray(0, read.bytesRead)
        bytes += piece.length
        for (const [text, all] of forms) if (all.some((form) => piece.includes(form))) found.add(text)
      }
  } finally {
    await memory.close()
  }
  return { found: [...found], bytes }
}

/** Parts of the memory that can be read and hold something, without the program itself, which is in files. */
async function writtenParts(pid: number): Promise<readonly (readonly [number, number])[]> {
  const maps = (await readFile(`/proc/${pid}/smaps`, 'utf8').catch(goneAlready)) ?? ''
  const parts = maps.matchAll(
    /^(?<from>[\da-f]+)-(?<to>[\da-f]+) (?<rights>\S+) .*$(?<facts>(?:\n[A-Z]\w+:.*)+)/gm,
  )
  return [...parts].flatMap(({ groups = {} }) => {
    const holds = !/\nRss: +0 kB/.test(groups['facts'] ?? '') || !/\nSwap: +0 kB/.test(groups['facts'] ?? '')
    if (groups['rights']?.startsWith('rw') !== true || !holds) return []
    return [[Number.parseInt(groups['from'] ?? '', 16), Number.parseInt(groups['to'] ?? '', 16)] as const]
  })
}
