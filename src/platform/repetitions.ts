import type { RepetitionsPort } from '../api/services.ts'
import type { Clock } from '../lib/clock.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { beginRepetition, endRepetition, forgetRepetition } from '../store/postgres/repetition-rows.ts'

/** @param hashOf keyed: requests hold secrets, and what is kept of them must not help anybody to guess one. */
export function repetitionService(
  control: ControlStore,
  clock: Clock,
  hashOf: (text: string) => Buffer,
): RepetitionsPort {
  return {
    begin: (organisationId, key, requestText) =>
      control.within(organisationId, (tx) =>
        beginRepetition(tx, { organisationId, key, hash: hashOf(requestText), nowMs: clock.now() }),
      ),
    end: (organisationId, key, answer) =>
      control.within(organisationId, (tx) => endRepetition(tx, key, answer)),
    forget: (organisationId, key) => control.within(organisationId, (tx) => forgetRepetition(tx, key)),
  }
}
