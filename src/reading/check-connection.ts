import { finish } from '../collect/request/draft.ts'
import { type Fault, isFault } from '../lib/fault.ts'
import { Failure } from '../model/expression.ts'
import { ask } from './ask.ts'
import { draftOf } from './list.ts'
import { commonNames, type Reading } from './reading.ts'

export type ConnectionCheck = {
  readonly ok: boolean
  /** Who the credential belongs to, where the app tells. */
  readonly identity?: string
  /** Scopes granted, where the app tells. */
  readonly scopes?: readonly string[]
  /** Why it does not work. */
  readonly fault?: Fault
}

/** Sends the request that proves a connection. */
export async function checkConnection(reading: Reading): Promise<ConnectionCheck> {
  const { check } = reading.connector.connect
  try {
    const names = await commonNames(reading)
    const asked = await ask(
      reading,
      { name: 'connect.check' },
      finish(draftOf(reading, check.request, names)),
      names,
    )
    if (asked.is !== 'ok') return asked.is === 'unknown' ? { ok: false, fault: asked.fault } : { ok: false }
    const identity = check.identity?.evaluate(asked.env)
    const scopes = scopesOf(check.scopes?.evaluate(asked.env))
    return {
      ok: check.expect.evaluate(asked.env) === true,
      ...(identity === undefined || identity === null || identity instanceof Failure
        ? {}
        : { identity: String(identity) }),
      ...(scopes === undefined ? {} : { scopes }),
    }
  } catch (error) {
    if (isFault(error)) return { ok: false, fault: error }
    throw error
  }
}

function scopesOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((scope) => scope !== '') : undefined
}
