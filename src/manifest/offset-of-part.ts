import type { Path } from './path.ts'

/**
 * Where a path is read in the text of an expression: the offset of its last step. Programs tell what they read, not where; the
 * offset of the name is given when the steps cannot be found.
 */
export function offsetOfPart(text: string, path: Path): number {
  const [name = '', ...steps] = path.map(String)
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const found = follow(text, at + name.length, steps)
    if (found !== undefined) return steps.length === 0 ? at : found
  }
  return Math.max(0, text.indexOf(name))
}

const BETWEEN = /\s*(?:['"]\s*\])?\s*(?:\.\s*\??|\[\s*\??\s*['"]?)\s*/y

function follow(text: string, from: number, steps: readonly string[]): number | undefined {
  let at = from
  let start = from
  for (const step of steps) {
    BETWEEN.lastIndex = at
    const between = BETWEEN.exec(text)?.[0]
    start = at + (between?.length ?? 0)
    if (between === undefined || !text.startsWith(step, start)) return undefined
    at = start + step.length
  }
  return start
}
