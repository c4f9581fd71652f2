import { compileExpression, compileTemplate } from '../../expression/compile.ts'
import type { TemplateTree } from '../../model/connector.ts'
import type { Program, Scope, Template } from '../../model/expression.ts'
import { SCOPES } from '../../model/language/scopes.ts'

/** Every name of every scope: which name is allowed where is proven beside the manifest compiler. */
const ALL: Scope = {
  ...SCOPES.record,
  ...SCOPES.page,
  ...SCOPES.receive,
  secrets: 'map',
}

export function program(source: string): Program {
  const compiled = compileExpression(source, ALL)
  if ('problems' in compiled) throw new Error(`${source}: ${JSON.stringify(compiled.problems)}`)
  return compiled.program
}

export function template(source: string): Template {
  const compiled = compileTemplate(source, ALL)
  if ('problems' in compiled) throw new Error(`${source}: ${JSON.stringify(compiled.problems)}`)
  return compiled.template
}

export function tree(value: unknown): TemplateTree {
  if (typeof value === 'string') return { kind: 'template', template: template(value) }
  if (Array.isArray(value)) return { kind: 'list', items: value.map(tree) }
  if (typeof value === 'object' && value !== null)
    return { kind: 'object', entries: Object.entries(value).map(([key, item]) => [key, tree(item)]) }
  return { kind: 'constant', value: value as null | boolean | number }
}

export function each<In, Out>(
  values: Readonly<Record<string, In>>,
  make: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]))
}
