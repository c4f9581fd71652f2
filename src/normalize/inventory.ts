import { compileExpression } from '../expression/compile.ts'
import type { Program } from '../model/expression.ts'
import { formatAttributePath } from '../ocsf/attribute-path.ts'
import { inventoryLanding, inventoryProblem, inventoryWriter, startInventory } from '../ocsf/inventory.ts'
import { INVENTORY_KINDS, type InventoryKind } from '../ocsf/inventory-table.ts'
import { assembler, type Step } from './assemble.ts'
import { programGiven } from './given.ts'
import { invalidMapping } from './invalid-mapping.ts'
import type { Origin } from './origin.ts'
import type { Build } from './reading.ts'

type Words = Readonly<Record<string, Program>>

/**
 * Makes inventory events: what the app holds at the moment of reading, as `as` explains it.
 *
 * @throws {Fault} `MANIFEST_INVALID` for a word that the kind lacks: the manifest's check finds it first.
 */
export function inventoryBuild(kind: InventoryKind, as: Words, origin: Origin): Build {
  return assembler({
    classUid: INVENTORY_KINDS[kind].classUid,
    origin,
    start: (head) => startInventory(origin.event, kind, head),
    time: 'now',
    steps: Object.entries(kind === 'settings' ? { ...settingWords(as, origin), ...as } : as).map(
      ([word, program]) => stepOf(kind, word, program),
    ),
  })
}

/**
 * A setting is named after its stream and kept whole as the resource's data, unless the author says otherwise: by those
 * words, or by any other word that has its place in the data.
 */
function settingWords(as: Words, { event }: Origin): Words {
  const names = { name: programOf(JSON.stringify(event.logName ?? '')) }
  const isInData = Object.keys(as).some((word) => inventoryLanding('settings', word)?.path[2] === 'data')
  return isInData ? names : { ...names, data: programOf('record') }
}

function programOf(source: string): Program {
  const compiled = compileExpression(source, { record: 'dyn' })
  if ('program' in compiled) return compiled.program
  throw new Error(`${source}: ${compiled.problems[0]?.message}`)
}

function stepOf(kind: InventoryKind, word: string, program: Program): Step {
  const landing = inventoryLanding(kind, word)
  if (landing === undefined) throw invalidMapping(inventoryProblem(kind, word))
  return {
    ...landing,
    name: formatAttributePath(landing.path),
    given: programGiven(program),
    write: inventoryWriter(kind, word),
  }
}
