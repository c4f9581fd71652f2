import { compileExpression, compileTemplate } from '../../expression/compile.ts'
import type { Program, Template } from '../../model/expression.ts'

const SCOPE = {
  settings: 'map',
  record: 'dyn',
  outer: 'dyn',
  parent: 'dyn',
  tables: 'map',
  now: 'timestamp',
} as const

const programs = new Map<string, Program>()

/** An expression in the scope of records, compiled once. */
export function programOf(source: string): Program {
  const known = programs.get(source)
  if (known !== undefined) return known
  const compiled = compileExpression(source, SCOPE)
  if (!('program' in compiled)) throw new Error(`${source}: ${compiled.problems[0]?.message}`)
  programs.set(source, compiled.program)
  return compiled.program
}

export function templateOf(text: string): Template {
  const compiled = compileTemplate(text, SCOPE)
  if (!('template' in compiled)) throw new Error(`${text}: ${compiled.problems[0]?.message}`)
  return compiled.template
}
