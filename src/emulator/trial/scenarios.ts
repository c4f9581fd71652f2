import { isFault } from '../../lib/fault.ts'
import type { Connector, StreamPlan } from '../../model/connector.ts'
import type { FaultName } from '../faults.ts'
import { brief } from './brief.ts'
import { differenceOf, failureOf, repetitionOf } from './compare.ts'
import { trialMethod } from './connect.ts'
import {
  type Collected,
  heldKeys,
  openScene,
  PAGE_SIZE,
  PAGES,
  type Scene,
  type Setup,
  type Simulation,
} from './scene.ts'

export type Scenario = {
  readonly name: string
  readonly applies: (plan: StreamPlan, connector: Connector) => boolean
  /** @returns what does not hold. */
  readonly run: (simulation: Simulation, count: number) => Promise<string | undefined>
}

const always = () => true
const isPaged = ({ page }: StreamPlan) => page.next !== 'none'
const hasToken = ({ page }: StreamPlan) =>
  page.next === 'token' || page.next === 'link' || page.next === 'url'
const canRenew = (_: StreamPlan, connector: Connector) => {
  const { oauth2, login } = trialMethod(connector)
  return oauth2 !== undefined || login !== undefined
}
/** The first request, and then now and then. */
const NOW_AND_THEN = [1, 3, 5, 9]
/** A token outlives three slow answers. */
const SHORT_LIVED: Setup = { faults: [{ fault: 'slow' }], tokenLifetimeMs: 65_000 }

/** What a connector has to go through, in this order. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'every record is collected exactly once, over several pages',
    applies: always,
    run: expectOnce,
  },
  ...foul('after 429', '429', always),
  ...foul('after a refused token', '401', canRenew),
  {
    name: 'the same records are collected while tokens expire and rotate',
    applies: canRenew,
    run: (simulation, count) => expectAll(simulation, { count, ...SHORT_LIVED }),
  },
  ...foul('after an error of the server', '500', always),
  ...foul('after an answer cut short', 'truncated', always),
  ...foul('after a slow answer', 'slow', always),
  ...foul('when a page comes twice', 'duplicate', hasToken),
  ...foul('when a page in between is empty', 'empty', hasToken),
  {
    name: 'records that arrive late are collected by a later run',
    applies: ({ window }) => window !== undefined,
    run: expectLate,
  },
  {
    name: 'a second run goes on from the saved position',
    applies: ({ kind }) => kind === 'activity',
    run: expectNothingLost,
  },
  { name: 'an empty list is an empty list', applies: ({ kind }) => kind !== 'settings', run: expectEmpty },
  { name: 'an app that repeats itself for ever is noticed', applies: isPaged, run: expectStuck },
  {
    name: 'a next address on a host that is not declared ends the run',
    applies: ({ page }) => page.next === 'link' || page.next === 'url',
    run: expectBlocked,
  },
  {
    name: 'a renamed key is noticed, and no record is lost silently',
    applies: ({ key, kind, each }) => key !== undefined && kind !== 'settings' && each === undefined,
    run: expectUnreadable,
  },
]

function foul(when: string, fault: FaultName, applies: Scenario['applies']): readonly Scenario[] {
  // A page that comes twice, or empty, does so once for each page.
  const isOfPage = fault === 'duplicate' || fault === 'empty'
  // A token that is refused as soon as it is new is refused for good.
  const at = fault === '401' ? [1] : NOW_AND_THEN
  const faults = [isOfPage ? { fault } : { fault, at }]
  const name = `the same records are collected ${when}`
  return [{ name, applies, run: (simulation, count) => expectAll(simulation, { count, faults }) }]
}

async function expectAll(simulation: Simulation, setup: Setup): Promise<string | undefined> {
  return (await collectAll(simulation, setup)).problem
}

type Whole = { readonly problem: string | undefined; readonly first: Collected; readonly scene: Scene }

/** Collects to the end; what the lag keeps back, in a second run. */
async function collectAll(simulation: Simulation, setup: Setup): Promise<Whole> {
  const scene = openScene(simulation, setup)
  const first = await scene.collect()
  const lagMs = simulation.connector.streams[simulation.stream]?.window?.lag ?? 0
  if (lagMs > 0) await scene.clock.sleep(lagMs)
  const later = lagMs > 0 && first.failure === undefined ? await scene.collect(first.position) : undefined
  const keys = [...first.keys, ...(later?.keys ?? [])]
  const problem =
    failureOf(first) ?? (later && failureOf(later)) ?? differenceOf(heldKeys(scene, simulation.stream), keys)
  return { problem, first, scene }
}

async function expectOnce(simulation: Simulation, count: number): Promise<string | undefined> {
  const { problem, first, scene } = await collectAll(simulation, { count })
  const { page, explode } = simulation.connector.streams[simulation.stream]!
  if (problem !== undefined) return problem
  const requests = scene.emulator.counts().requests.get(simulation.stream) ?? 0
  const isLong = page.next !== 'none' && heldKeys(scene, simulation.stream).length >= count
  if (isLong && requests < PAGES) return `${count} records came in ${requests} answers: that shows no paging`
  // An element that crosses from one window into the next comes with both of them.
  return explode === undefined ? repetitionOf(first.keys) : undefined
}

/** Late records are there some time after their window was read; the overlap of the next run reaches them. */
async function expectLate(simulation: Simulation, count: number): Promise<string | undefined> {
  const scene = openScene(simulation, { count, faults: [{ fault: 'late' }] })
  const first = await scene.collect()
  const { window } = simulation.connector.streams[simulation.stream]!
  await scene.clock.sleep((window?.lag ?? 0) + (window?.overlap ?? 0))
  const second = await scene.collect(first.position)
  const keys = [...first.keys, ...second.keys]
  return failureOf(first) ?? failureOf(second) ?? differenceOf(heldKeys(scene, simulation.stream), keys)
}

async function expectNothingLost(simulation: Simulation, count: number): Promise<string | undefined> {
  const scene = openScene(simulation, { count })
  const first = await scene.collect()
  if (first.failure === undefined && first.position === undefined)
    return 'the run gave no position to go on from'
  await scene.clock.sleep(60_000)
  const second = await scene.collect(first.position)
  const problem = failureOf(first) ?? failureOf(second)
  if (problem !== undefined) return problem
  if (second.keys.length >= first.keys.length && first.keys.length > PAGES * PAGE_SIZE)
    return 'the second run reads everything again'
  const held = new Set(heldKeys(scene, simulation.stream))
  const strangers = second.keys.filter((key) => !held.has(key))
  return strangers.length === 0 ? undefined : `gave ${brief(strangers)}`
}

async function expectEmpty(simulation: Simulation): Promise<string | undefined> {
  const scene = openScene(simulation, { count: 0 })
  if (scene.emulator.rows(simulation.stream).length > 0) return undefined
  const collected = await scene.collect()
  return (
    failureOf(collected) ??
    (collected.keys.length === 0 ? undefined : `gave ${collected.keys.length} records`)
  )
}

async function expectStuck(simulation: Simulation, count: number): Promise<string | undefined> {
  const { collect } = openScene(simulation, { count, faults: [{ fault: 'repeat' }] })
  const { failure } = await collect()
  if (isFault(failure, 'PAGING_STUCK') || isFault(failure, 'LIMIT_REACHED')) return undefined
  return failureOf({ keys: [], unreadable: 0, failure }) ?? 'the run ended as if all had been well'
}

async function expectBlocked(simulation: Simulation, count: number): Promise<string | undefined> {
  const { failure } = await openScene(simulation, { count, faults: [{ fault: 'elsewhere' }] }).collect()
  if (isFault(failure, 'EGRESS_BLOCKED')) return undefined
  return failureOf({ keys: [], unreadable: 0, failure }) ?? 'the run ended as if all had been well'
}

async function expectUnreadable(simulation: Simulation, count: number): Promise<string | undefined> {
  const scene = openScene(simulation, { count, faults: [{ fault: 'schema' }] })
  const { keys, unreadable, failure } = await scene.collect()
  if (failure !== undefined || unreadable > 0) return undefined
  return `${keys.length} records came, none was set aside, and the run ended as if all had been well`
}
