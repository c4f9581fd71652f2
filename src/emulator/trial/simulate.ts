import { SCENARIOS } from './scenarios.ts'
import { countFor, type Simulation, shortened } from './scene.ts'
import type { TestResult } from './seams.ts'

/** Collects a stream from the emulator to its end, several pages long, in fair weather and in foul. */
export async function simulationResults(given: Simulation): Promise<readonly TestResult[]> {
  const simulation = { ...given, connector: shortened(given.connector, given.stream) }
  const plan = simulation.connector.streams[simulation.stream]!
  const count = countFor(simulation, plan)
  const results: TestResult[] = []
  for (const { name, applies, run } of SCENARIOS) {
    simulation.signal?.throwIfAborted()
    if (!applies(plan, simulation.connector)) continue
    const detail = await run(simulation, count)
    results.push(detail === undefined ? { name, ok: true } : { name, ok: false, detail })
  }
  return results
}
