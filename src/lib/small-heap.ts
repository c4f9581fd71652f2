import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collectYoung = (): void => {}

/**
 * From now on this process keeps its memory smaller instead of taking what the machine has, at a tenth of its speed: 150 MB instead
 * of 350 MB at a million events (docs/adr/0014-memory.md, which also says what `bin/fairlead` sets). To be called when everything is loaded.
 */
export function keepHeapSmall(): void {
  // What was compiled under other flags is not taken back from the cache: it must be there before they change.
  flushCompileCache()
  // The old generation is collected when it has grown by a fifth, not to twice its size or more.
  setFlagsFromString('--heap-growing-percent=20')
  // Records outlive many others of their kind and die all the same: made in the old generation, they would keep their pages there.
  setFlagsFromString('--no-allocation-site-pretenuring')
  // One optimizing compiler instead of two: what their threads took once, they keep.
  setFlagsFromString('--no-maglev')
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void
  collectYoung = () => gc({ type: 'minor' })
}

/**
 * To be called between two pages, when hardly anything lives: a collection then copies nothing and makes nothing old. Does nothing
 * unless `keepHeapSmall` was called.
 */
export function pageDone(): void {
  collectYoung()
}
