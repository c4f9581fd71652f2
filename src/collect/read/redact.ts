import type { Program } from '../../model/expression.ts'

/**
 * Removes the values at these paths from a record that was just parsed and that nobody else holds. A path goes through every element of
 * a list on its way.
 */
export function redact(record: unknown, paths: readonly Program[] | undefined): void {
  if (paths === undefined) return
  for (const { path } of paths) if (path !== undefined) remove(record, path, 1)
}

function remove(value: unknown, path: readonly (string | number)[], at: number): void {
  const step = path[at]
  if (Array.isArray(value)) {
    const items = typeof step === 'number' ? [value[step]] : value
    for (const item of items) remove(item, path, typeof step === 'number' ? at + 1 : at)
  } else if (isRecord(value) && step !== undefined && Object.hasOwn(value, step)) {
    if (at === path.length - 1) delete value[step]
    else remove(value[step], path, at + 1)
  }
}

export function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
