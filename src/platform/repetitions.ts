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

export type Repetitions = RepetitionsPort & { readonly expire: () => Promise<number> }

/** @param hashOf keyed: requests hold secrets, and what is kept of them must not help anybody to guess one. */
export function repetitionService(
  control: ControlStore,
  clock: Clock,
  hashOf: (text: string) => Buffer,
): Repetitions {
  return {
    begin: (organisationId, key, requestText) =>
      control.within(organisationId, (tx) =>
        beginRepetition(tx, { organisationId, key, hash: hashOf(requestText), nowMs: clock.now() }),
      ),
    end: (organisationId, key, answer) =>
      control.within(organisationId, (tx) => endRepetition(tx, key, answer)),
    forget: (organisationId, key) => control.within(organisationId, (tx) => forgetRepetition(tx, key)),
    expire: () => control.asPlatform((tx) => forgetRepetitionsBefore(tx, new Date(clock.now() - KEPT_MS))),
  }
}
