import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

/**
 * From now on this process keeps its memory small, at a few per cent of its speed, instead of taking what the machine has. To be called
 * when everything is loaded: by then the young generation is as large as a page of records needs.
 */
export function keepHeapSmall(): void {
  // What was compiled under other flags is not taken back from the cache: it must be there before they change.
  flushCompileCache()
  // The old generation is collected when it has grown by a fifth, not to twice its size or more.
  setFlagsFromString('--heap-growing-percent=20')
  // The young generation grows no more: up to 134 MB would do no better for records that live as long as their page.
  setFlagsFromString('--semi-space-growth-factor=1')
  // One optimizing compiler instead of two: what their threads took once, they keep.
  setFlagsFromString('--no-maglev')
}
