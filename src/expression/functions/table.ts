import { type Overload, readSignature } from '../overload.ts'
import { LISTS } from './list.ts'
import type { FunctionGroup } from './row.ts'
import { TEXT } from './text.ts'

/** Every function, by heading, in the order of the reference. */
export const FUNCTION_GROUPS: readonly FunctionGroup[] = [TEXT, LISTS]

/** Every function's signatures by its name. */
export const OVERLOADS: ReadonlyMap<string, readonly Overload[]> = new Map(
  FUNCTION_GROUPS.flatMap((group) =>
    group.rows.map((row) => [
      row.name,
      row.overloads.map(([text, run]) => ({
        ...readSignature(text),
        run,
        work: row.work ?? 'linear',
        specialize: row.specialize,
      })),
    ]),
  ),
)
