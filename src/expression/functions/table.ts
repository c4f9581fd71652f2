import { type Overload, readSignature } from '../overload.ts'
import { CONVERSIONS } from './convert.ts'
import { ENCODINGS } from './encode.ts'
import { LISTS } from './list.ts'
import { NETWORK } from './network.ts'
import { REGEX } from './regex.ts'
import type { FunctionGroup } from './row.ts'
import { TEXT } from './text.ts'
import { TIME } from './time.ts'

/** Every function, by heading, in the order of the reference. */
export const FUNCTION_GROUPS: readonly FunctionGroup[] = [
  TEXT,
  LISTS,
  CONVERSIONS,
  TIME,
  REGEX,
  ENCODINGS,
  NETWORK,
]

/** Every function's signatures by its name. */
export const OVERLOADS: ReadonlyMap<string, readonly Overload[]> = new Map(
  FUNCTION_GROUPS.flatMap((group) =>
    group.rows.map((row) => [
      row.name,
      row.overloads.map(([text, run]) => ({
        ...readSignature(text.replace(`${row.name}(`, `${row.name.replace('.', '_')}(`)),
        name: row.name,
        run,
        work: row.work ?? 'linear',
        specialize: row.specialize,
      })),
    ]),
  ),
)
