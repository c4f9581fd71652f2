import type { Program } from '../model/expression.ts'
import { formatAttributePath } from '../ocsf/attribute-path.ts'
import { inventoryLanding, inventoryProblem, inventoryWriter, startInventory } from '../ocsf/inventory.ts'
import { INVENTORY_KINDS, type InventoryKind } from '../ocsf/inventory-table.ts'
import { assembler, type Step } from './assemble.ts'
import { programGiven } from './given.ts'
import { invalidMapping } from './invalid-mapping.ts'
import type { Origin } from './origin.ts'
import type { Build } from './reading.ts'

/**
 * Makes inventory events: what the app holds at the moment of reading, as `as` explains it.
 *
 * @throws {Fault} `MANIFEST_INVALID` for a word that the kind lacks: the manifest's check finds it first.
 */
export function inventoryBuild(
  kind: InventoryKind,
  as: Readonly<Record<string, Program>>,
  origin: Origin,
): Build {
  return assembler({
    classUid: INVENTORY_KINDS[kind].classUid,
    origin,
    start: (head) => startInventory(origin.event, kind, head),
    time: 'now',
    steps: Object.entries(as).map(([word, program]) => stepOf(kind, word, program)),
  })
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
