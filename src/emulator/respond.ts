import type { ActionPlan, Connector } from '../model/connector.ts'
import { type Env, Instant } from '../model/expression.ts'
import type { Capture } from './pattern.ts'
import { type Reading, type Route, readRequest, routeOf } from './route.ts'
import { constantsIn, type Draft, settle } from './settle.ts'
import { type Incoming, jsonAnswer, type Outgoing } from './wire.ts'

/**
 * The actions of the emulated app. Nothing it holds changes: it remembers that an action was done to something, and from then on
 * the action's own check finds it so. What no action was done to answers as if its opposite had been done last.
 */
export type Respond = {
  /** What does the action that the request asks for; `undefined` when it asks for none. */
  readonly actionFor: (request: Incoming) => (() => Outgoing) | undefined
  /** The state after an action; `undefined` when nothing of the kind was done. */
  readonly readBack: (request: Incoming, nowMs: number) => Outgoing | undefined
}

type Action = { readonly plan: ActionPlan; readonly route: Route; readonly verify: Route }

export function openRespond({ actions = {}, connect }: Connector): Respond {
  const known = Object.values<ActionPlan>(actions).map((plan) => ({
    plan,
    route: routeOf(plan.request, connect.baseUrl),
    verify: routeOf(plan.verify.request, connect.baseUrl),
  }))
  const done = new Map<string, Action>()
  return {
    actionFor: (request) => {
      const [best] = matching(known, request, ({ route }) => route)
      if (best === undefined) return undefined
      return () => {
        done.set(subject(best.action.verify, best.reading.captures), best.action)
        return { status: 204, headers: {}, body: '' }
      }
    },
    readBack: (request, nowMs) => {
      const [best] = matching(known, request, ({ verify }) => verify)
      const last =
        best === undefined ? undefined : done.get(subject(best.action.verify, best.reading.captures))
      return last === undefined ? undefined : shown(last, { now: new Instant(nowMs), settings: {} })
    },
  }
}

function matching(actions: readonly Action[], request: Incoming, routeIn: (action: Action) => Route) {
  return actions
    .flatMap((action) => {
      const reading = readRequest(routeIn(action), request)
      return reading === undefined ? [] : [{ action, reading }]
    })
    .toSorted((a, b) => b.reading.score - a.reading.score) as readonly {
    readonly action: Action
    readonly reading: Reading
  }[]
}

/** What was acted on: where its state is read, and the values that name it. */
function subject({ address }: Route, captures: readonly Capture[]): string {
  const named = captures
    .filter(({ program }) => !program.reads.some(([name]) => name === 'settings' || name === 'input'))
    .map(({ program, text }) => `${program.source}=${text}`)
  return JSON.stringify([
    address.map((piece) => (typeof piece === 'string' ? piece : piece.source)),
    named.toSorted(),
  ])
}

/** An answer that satisfies the action's own expectation: the values it compares with are tried where it looks. */
function shown({ plan }: Action, env: Env): Outgoing | undefined {
  const { expect } = plan.verify
  const start: Draft = { status: 200, headers: {}, body: {} }
  const settled = settle(start, {
    program: expect,
    env,
    isRight: (value) => value === true,
    values: (_, now) => [...constantsIn(expect.source), true, false, null, [], now],
  })
  return settled === undefined ? undefined : jsonAnswer(settled.status, settled.body)
}
