import assert from 'node:assert/strict'
import { canonicalJson } from '../../lib/canonical.ts'
import { type Clock, fakeClock } from '../../lib/clock.ts'
import type { Position } from '../../model/collection.ts'
import type { Connector } from '../../model/connector.ts'
import type { Sample } from '../../model/sample.ts'
import { type Emulator, openEmulator } from '../emulator.ts'
import type { EmulatorOptions } from '../options.ts'
import { trialGrants, trialInput } from '../trial/connect.ts'
import { directTransport } from '../trial/direct-transport.ts'
import { stages } from './stages.ts'

export const NOW = Date.UTC(2026, 10, 20)

/** An emulated app, and a collector connected to it. */
export type World = {
  readonly clock: Clock
  readonly emulator: Emulator
  readonly collect: (
    from?: Position,
  ) => Promise<{ readonly keys: readonly string[]; readonly position?: Position }>
}

/** Collects one stream (`list`, unless another is named) with the real stages. */
export function open(
  connector: Connector,
  samples: Readonly<Record<string, Sample>>,
  options: Partial<EmulatorOptions> & { readonly stream?: string } = {},
): World {
  const clock = options.clock ?? fakeClock(NOW)
  const emulator = openEmulator(connector, samples, { pageSize: 3, ...options, clock })
  const run = stages()({
    connector,
    stream: options.stream ?? 'list',
    transport: directTransport(emulator),
    clock,
    input: trialInput(connector),
    grants: trialGrants(connector, emulator),
  })
  const collect = async (from?: Position) => {
    const keys: string[] = []
    let position: Position | undefined
    for await (const batch of run.pages(from)) {
      assert.deepEqual(batch.unreadable, [])
      keys.push(...batch.rows.map(({ key, record }) => key ?? canonicalJson(record)))
      position = batch.position ?? position
    }
    return { keys, ...(position !== undefined && { position }) }
  }
  return { clock, emulator, collect }
}

/** The keys of everything the app holds of a stream. */
export const held = ({ emulator }: World, stream = 'list') =>
  emulator.rows(stream).map(({ key, record }) => key ?? canonicalJson(record))
