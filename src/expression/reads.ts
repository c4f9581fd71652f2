import { chainOf, stepOf } from './emit-path.ts'
import { children, type Has, type Index, type Node, type Select } from './tree.ts'

export type ReadPath = readonly (string | number)[]

/** The path an expression is, when it is nothing else. */
export function pathOf(tree: Node): ReadPath | undefined {
  if (tree.kind === 'has') return undefined
  const { base, steps } = chainOf(tree)
  return base.kind === 'name' ? [base.name, ...steps] : undefined
}

/** Every path an expression reads, as far as it is known when compiling; optional fields and `has` count. */
export function readsOf(tree: Node): readonly ReadPath[] {
  const reads = new Map<string, ReadPath>()
  const collect = (node: Node): void => {
    const path = readPath(node)
    if (path !== undefined) reads.set(JSON.stringify(path), path)
    else children(node).forEach(collect)
  }
  collect(tree)
  return [...reads.values()]
}

function readPath(node: Node): ReadPath | undefined {
  if (node.kind === 'name') return [node.name]
  const step = stepOf(node)
  if (step === undefined) return undefined
  const path = readPath((node as Select | Index | Has).target)
  return path && [...path, step]
}

/** The names from the scope that occur in an expression. */
export function namesOf(tree: Node): readonly string[] {
  return [...new Set(readsOf(tree).map(([name]) => name as string))]
}

/**
 * The paths worth reading once: what several reads start with or are, without those that always go on the same way.
 * Shorter ones come first.
 */
export function commonPaths(reads: readonly ReadPath[]): readonly ReadPath[] {
  const uses = new Map<string, { readonly path: ReadPath; readonly next: Set<unknown>; count: number }>()
  for (const read of reads)
    for (let length = 2; length <= read.length; length++) {
      const path = read.slice(0, length)
      const key = JSON.stringify(path)
      const use = uses.get(key) ?? { path, next: new Set(), count: 0 }
      use.next.add(read[length])
      use.count++
      uses.set(key, use)
    }
  return [...uses.values()]
    .filter(({ count, next }) => count > 1 && (next.size > 1 || next.has(undefined)))
    .map(({ path }) => path)
    .sort((a, b) => a.length - b.length)
}
