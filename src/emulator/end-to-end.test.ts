import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { openEgress } from '../egress/egress.ts'
import { fakeClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import { emulatedTransport } from './emulated-transport.ts'
import { openEmulator } from './emulator.ts'
import { type FaultRule, parseFault } from './faults.ts'
import { serveEmulator } from './serve.ts'
import { loaded } from './testing/acme.ts'
import { stages } from './testing/stages.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const FAULTS = ['429:0.06', '500:0.06', 'truncated:0.06', 'slow:0.06', 'gzip:0.5', 'duplicate', 'empty'].map(
  parseFault,
) as FaultRule[]

const WEATHER: readonly (readonly [name: string, faults: readonly FaultRule[]])[] = [
  ['nothing goes wrong', []],
  ['everything goes wrong now and then', FAULTS],
]
for (const [name, faults] of WEATHER) {
  test(`over real sockets, all streams of northwind-docs are collected whole while ${name}`, async (t) => {
    const { connector, samples } = await loaded('northwind-docs')
    const clock = fakeClock(NOW)
    const emulator = openEmulator(connector, samples, {
      clock,
      records: 150,
      faults,
      tokenLifetimeMs: 120_000,
    })
    const served = await serveEmulator(emulator)
    const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
    t.after(async () => {
      await egress.close()
      await served.close()
    })
    const transport = emulatedTransport(served.url)(egress.send)
    const secrets = { user: new Secret('sync'), password: new Secret('p') }
    const settings = { workspace: 'acme', products: ['editor', 'drive', 'admin'], downloads: true }
    const input = { settings, secrets, auth: 'Service account' }
    const grants = openMemoryStore()
    for (const stream of Object.keys(connector.streams).filter((one) => one !== 'pushed')) {
      const { pages, normalize } = stages()({ connector, stream, transport, clock, input, grants })
      const keys: unknown[] = []
      for await (const batch of pages()) {
        assert.deepEqual([batch.unreadable, normalize(batch).quarantined], [[], []])
        keys.push(...batch.rows.map(({ key }) => key))
      }
      const { lag = 0 } = connector.streams[stream]?.window ?? {}
      // What happened within the lag is for the next run.
      const isOver = ({ timeMs = 0 }: { readonly timeMs?: number }) => timeMs < clock.now() - lag
      const held = emulator
        .rows(stream)
        .filter(({ record }) =>
          isOver({ timeMs: Date.parse((record as { at?: string }).at ?? '1970-01-01') }),
        )
      const missing = held.filter(({ key }) => !keys.includes(key))
      assert.deepEqual(missing, [], stream)
      const known = new Set(emulator.rows(stream).map(({ key }) => key))
      assert.ok(
        keys.every((key) => known.has(key as string)),
        stream,
      )
      if (faults.length === 0 && stream !== 'sign_ins') assert.equal(new Set(keys).size, keys.length, stream)
    }
    assert.equal(emulator.counts().undeclared, 0)
    for (const { fault } of faults)
      assert.ok((emulator.counts().faults.get(fault) ?? 0) > 0, `${fault} never struck`)
  })
}
