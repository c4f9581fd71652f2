import { openOutput } from '../../src/cli/output.ts'
import { openMemoryStore } from '../../src/credentials/memory-store.ts'
import { emulatedTransport } from '../../src/emulator/emulated-transport.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { keepHeapSmall } from '../../src/lib/small-heap.ts'
import { openConnection } from '../../src/sync/connection.ts'
import { runStream } from '../../src/sync/pipeline.ts'
import { auditConnector } from './audit-connector.ts'

/** The whole pipeline, as `fairlead run` composes it. */
const [port] = process.argv.slice(2)
const connector = auditConnector()
keepHeapSmall()
const connection = openConnection({
  connector,
  input: { settings: {}, secrets: {} },
  grants: openMemoryStore(),
  clock: systemClock,
  notify: () => undefined,
  allowLoopback: true,
  through: emulatedTransport(`http://127.0.0.1:${port}`),
})
const output = openOutput(process.stdout)
let events = 0
let firstMs = 0
const memory = { early: 0, peak: 0 }
/** The most resident memory so far, as the kernel counts it. */
const peakBytes = () => process.resourceUsage().maxRSS * 1024
const startedMs = performance.now()
const startedCpu = process.cpuUsage()
await runStream(
  connection.textStagesOf('audit', {
    positions: { read: async () => undefined, save: async () => undefined },
    write: async (result) => {
      await output.writeAll(result.events.values().map((line) => `${line}\n`))
      if (events === 0) firstMs = performance.now()
      events += result.events.length
      if (events === 100_000) memory.early = peakBytes()
      if (result.quarantined.length > 0) throw new Error(JSON.stringify(result.quarantined[0]))
    },
  }),
)
const ms = performance.now() - startedMs
memory.peak = peakBytes()
const { user, system } = process.cpuUsage(startedCpu)
process.send?.({ events, ms, cpuMs: (user + system) / 1000, firstMs, memory })
await connection.close()
process.disconnect?.()
