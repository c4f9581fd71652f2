import type { Program, Template } from '../model/expression.ts'
import type { AttributePath } from '../ocsf/attribute-path.ts'

/** What gives an attribute its value: known when compiled, or evaluated for each record. */
export type Given =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'program'; readonly program: Program }
  | { readonly kind: 'template'; readonly template: Template }

export function programGiven(program: Program): Given {
  return program.reads.length === 0
    ? { kind: 'constant', value: program.evaluate({}) }
    : { kind: 'program', program }
}

/** A text that is one `{{ }}` part is that part's program. */
export function templateGiven(template: Template): Given {
  if (template.isConstant) return { kind: 'constant', value: template.evaluate({}) }
  const [only] = template.programs
  return only !== undefined && only.evaluate === template.evaluate
    ? programGiven(only)
    : { kind: 'template', template }
}

export function programsOf(given: Given): readonly Program[] {
  if (given.kind === 'program') return [given.program]
  return given.kind === 'template' ? given.template.programs : []
}

export function evaluateGiven(given: Given, env: Readonly<Record<string, unknown>>): unknown {
  switch (given.kind) {
    case 'constant':
      return given.value
    case 'program':
      return given.program.evaluate(env)
    case 'template':
      return given.template.evaluate(env)
  }
}

/** Apps write nothing as null or as empty text. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

/** A plain path to where the class has no attribute: its value is in `unmapped` as it is, under the app's own name. */
export function staysUnmapped(path: AttributePath, given: Given): boolean {
  const [root] = (given.kind === 'program' && given.program.path) || []
  return path[0] === 'unmapped' && (root === 'record' || root === 'outer')
}
