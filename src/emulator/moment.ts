import { type Env, Failure, Instant, type Program } from '../model/expression.ts'
import { timestampMs } from '../ocsf/timestamp.ts'

/**
 * The moment that a template wrote as this text, whatever its format: guessed from the text, then proved by writing it again
 * with the program of the manifest.
 *
 * @param envAt the names in scope with the moment in its place.
 * @returns Unix milliseconds; `undefined` when no moment is written so.
 */
export function momentOf(program: Program, text: string, envAt: (at: Instant) => Env): number | undefined {
  for (const guess of guesses(text)) {
    const written = write(program, envAt, guess)
    if (written === undefined) continue
    if (isSame(written, text)) return guess
    const corrected = correction(written, guess)
    if (corrected !== undefined && isSame(write(program, envAt, corrected), text)) return corrected
  }
  return undefined
}

/** `window.start - duration('5m')` writes another moment than it was given: by how much is how much to go back. */
function correction(written: string, guess: number): number | undefined {
  const back = guesses(written).find((ms) => Math.abs(ms - guess) < 400 * 86_400_000)
  return back === undefined ? undefined : guess + (guess - back)
}

function write(program: Program, envAt: (at: Instant) => Env, ms: number): string | undefined {
  const value = program.evaluate(envAt(new Instant(ms)))
  return value instanceof Failure ? undefined : momentText(value)
}

const momentText = (value: unknown) =>
  value instanceof Instant ? new Date(value.ms).toISOString() : String(value)

const isSame = (written: string | undefined, text: string) =>
  written === text ||
  (written !== undefined && isIso(written) && isIso(text) && Date.parse(written) === Date.parse(text))

const isIso = (text: string) => /^\d{4}-\d{2}-\d{2}T/.test(text)

function guesses(text: string): readonly number[] {
  const plain = timestampMs(text)
  const parts = /(\d{4})\D?(\d{2})\D?(\d{2})(?:\D?(\d{2})\D?(\d{2})(?:\D?(\d{2}))?)?/.exec(text)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (parts ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0))
  const written = parts === null ? [] : [Date.UTC(year, month - 1, day, hour, minute, second)]
  return [...(plain === undefined ? [] : [plain]), ...written].filter(Number.isFinite)
}
