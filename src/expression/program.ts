import type { Env, Program, Value } from '../model/expression.ts'
import { stepText } from './emit-path.ts'
import { emitProgram, startEmission } from './emit-program.ts'
import type { Limits } from './limits.ts'
import { link } from './link.ts'
import { namesOf, pathOf, readsOf } from './reads.ts'
import type { Node } from './tree.ts'
import { nameOfType } from './types.ts'

/** A program from its checked tree. Its JavaScript is made when `evaluate` is first read. */
export function programOf(source: string, tree: Node, limits: Limits): Program {
  let evaluate: Program['evaluate'] | undefined
  return {
    source,
    type: nameOfType(tree.type),
    path: pathOf(tree),
    reads: readsOf(tree),
    get evaluate() {
      evaluate ??= linkProgram(this, limits)
      return evaluate
    },
    tree,
  }
}

function linkProgram(program: Program, limits: Limits): (env: Env) => Value {
  const names = namesOf(program.tree as Node)
  const emission = startEmission({ names, programs: [program], limits })
  const reads = names.map(
    (name) => `const ${emission.variables.get(name)} = ${stepText(emission, 'env', name)}`,
  )
  const { statements, result } = emitProgram(program, emission)
  const body = [...reads, ...emission.prelude, statements, `return ${result}`].join('\n')
  return link(['env'], body, emission) as (env: Env) => Value
}
