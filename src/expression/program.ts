import type { Env, Program, Value } from '../model/expression.ts'
import { chainOf } from './emit-path.ts'
import { emitProgram, startEmission } from './emit-program.ts'
import type { Limits } from './limits.ts'
import { link } from './link.ts'
import { children, type Node } from './tree.ts'
import { nameOfType } from './types.ts'

/** A program from its checked tree. Its JavaScript is made when it is first evaluated. */
export function programOf(source: string, tree: Node, limits: Limits): Program {
  let run = (env: Env): Value => {
    run = linkProgram(program, limits)
    return run(env)
  }
  const program: Program = {
    source,
    type: nameOfType(tree.type),
    path: pathOf(tree),
    reads: readsOf(tree),
    evaluate: (env) => run(env),
    tree,
  }
  return program
}

function linkProgram(program: Program, limits: Limits): (env: Env) => Value {
  const names = namesOf(program.tree as Node)
  const emission = startEmission({ names, programs: [program], limits })
  const reads = names.map((name) => `const ${emission.variables.get(name)} = ${readName(name)}`)
  const { statements, result } = emitProgram(program, emission)
  return link(['env'], [...reads, statements, `return ${result}`].join('\n'), emission.constants) as (
    env: Env,
  ) => Value
}

/** Scope names are checked to be identifiers by the lexer, and quoted all the same. */
function readName(name: string): string {
  return `Object.hasOwn(env, ${JSON.stringify(name)}) ? env[${JSON.stringify(name)}] : undefined`
}

type Path = readonly (string | number)[]

function pathOf(tree: Node): Path | undefined {
  const { base, steps } = chainOf(tree)
  return base.kind === 'name' ? [base.name, ...steps] : undefined
}

function readsOf(tree: Node): readonly Path[] {
  const reads = new Map<string, Path>()
  collect(tree, (path) => reads.set(JSON.stringify(path), path))
  return [...reads.values()]
}

function collect(node: Node, found: (path: Path) => void): void {
  const path = pathOf(node.kind === 'has' ? { ...node, kind: 'select', isOptional: false } : node)
  if (path !== undefined) found(path)
  else for (const child of children(node)) collect(child, found)
}

/** The names from the scope that occur in a tree. */
export function namesOf(tree: Node): readonly string[] {
  return [...new Set(readsOf(tree).map(([name]) => name as string))]
}
