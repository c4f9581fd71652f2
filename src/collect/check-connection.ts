import { Fault, isFault } from '../lib/fault.ts'
import { Failure, type Value } from '../model/expression.ts'
import { ask } from './answer/ask.ts'
import { finish } from './request/draft.ts'
import { openDraft } from './request/open-draft.ts'
import { commonNames, type Surroundings } from './run.ts'

export type ConnectionCheck = {
  readonly ok: boolean
  /** Who the credential belongs to, where the app tells. */
  readonly identity?: string
  /** Scopes granted, where the app tells. */
  readonly scopes?: readonly string[]
  /** Why it does not work. */
  readonly fault?: Fault
}

const NAME = 'connect.check'

/** Sends the request that proves a connection. Never throws a fault: it is the result. */
export async function checkConnection(run: Surroundings): Promise<ConnectionCheck> {
  const { check } = run.connector.connect
  try {
    const names = await commonNames(run)
    const asked = await ask(run, {
      name: NAME,
      stream: NAME,
      request: finish(openDraft(run, check.request, names)),
      names,
      accepts: check.expect,
      ...(check.request.auth === undefined ? {} : { auth: check.request.auth }),
    })
    if (asked.outcome === 'unknown') return { ok: false, fault: asked.fault }
    if (asked.outcome === 'empty')
      return {
        ok: false,
        fault: new Fault('SOURCE_REFUSED', `${NAME}: the answer is declared to hold nothing`),
      }
    const identity = textOf(check.identity?.evaluate(asked.env))
    const scopes = scopesOf(check.scopes?.evaluate(asked.env))
    return {
      ok: true,
      ...(identity === undefined ? {} : { identity }),
      ...(scopes === undefined ? {} : { scopes }),
    }
  } catch (error) {
    if (isFault(error)) return { ok: false, fault: error }
    throw error
  }
}

function textOf(value: Value): string | undefined {
  return value === undefined || value === null || value instanceof Failure || typeof value === 'object'
    ? undefined
    : String(value)
}

function scopesOf(value: Value): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((scope) => scope !== '') : undefined
}
