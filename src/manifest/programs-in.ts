import type { Program, Template } from '../model/expression.ts'

/** Every program inside a part of a connector. */
export function* programsIn(part: unknown): Generator<Program> {
  if (typeof part !== 'object' || part === null) return
  if (isProgram(part)) yield part
  else if (isTemplate(part)) yield* part.programs
  else for (const inner of Object.values(part)) yield* programsIn(inner)
}

const isProgram = (part: object): part is Program => 'evaluate' in part && 'reads' in part
const isTemplate = (part: object): part is Template => 'evaluate' in part && 'programs' in part
