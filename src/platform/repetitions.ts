import type { RepetitionsPort } from '../api/services.ts'
import type { Clock } from '../lib/clock.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import {
  beginRepetition,
  endRepetition,
  forgetRepetition,
  forgetRepetitionsBefore,
} from '../store/postgres/repetition-rows.ts'

/** How long a repetition is recognised. */
const KEPT_MS = 86_400_000
const TIDIED_EVERY_MS = 3_600_000

/** @param hashOf keyed: requests hold secrets, and what is kept of them must not help anybody to guess one. */
export function repetitionService(
  control: ControlStore,
  clock: Clock,
  hashOf: (text: string) => Buffer,
): RepetitionsPort {
  let tidiedMs = 0
  /** Old keys are free again. A store that is away is asked again with the next request. */
  const tidy = async () => {
    const nowMs = clock.now()
    if (nowMs - tidiedMs < TIDIED_EVERY_MS) return
    tidiedMs = nowMs
    await control.asPlatform((tx) => forgetRepetitionsBefore(tx, new Date(nowMs - KEPT_MS)))
  }
  return {
    begin: async (organisationId, key, requestText) => {
      await tidy()
      return control.within(organisationId, (tx) =>
        beginRepetition(tx, { organisationId, key, hash: hashOf(requestText), nowMs: clock.now() }),
      )
    },
    end: (organisationId, key, answer) =>
      control.within(organisationId, (tx) => endRepetition(tx, key, answer)),
    forget: (organisationId, key) => control.within(organisationId, (tx) => forgetRepetition(tx, key)),
  }
}
