import type { Batch, Position } from '../model/collection.ts'
import type { Normalized, OcsfEvent } from '../model/event.ts'

/** The stages of one stream, composed by the caller; events are objects, or JSON text where they are only written. */
export type Stages<Event = OcsfEvent> = {
  /** Asks the app for pages from a position on; the next page is asked for while this one is worked on. */
  readonly pages: (from: Position | undefined) => AsyncIterable<Batch>
  /** Turns records into OCSF events; a record that cannot be turned is set aside, never thrown. */
  readonly normalize: (batch: Batch) => Normalized<Event>
  /** Resolves when everything given is where it is to be kept. */
  readonly write: (result: Normalized<Event>, batch: Batch) => Promise<void>
  readonly positions: Positions
}

/** Where a stream's position is kept between runs. */
export type Positions = {
  readonly read: () => Promise<Position | undefined>
  readonly save: (position: Position) => Promise<void>
}

/**
 * Reads a stream from where it stopped to its end. The whole product is in this loop; start here.
 *
 * The position is saved only after everything before it was written: a crash in between repeats a window and loses nothing,
 * and the events' `metadata.uid` makes the repetition harmless (at least once, ADR 0004).
 */
export async function runStream<Event>({ pages, normalize, write, positions }: Stages<Event>): Promise<void> {
  for await (const batch of pages(await positions.read())) {
    await write(normalize(batch), batch)
    if (batch.position !== undefined) await positions.save(batch.position)
  }
}
