import type { Fault } from '../../lib/fault.ts'
import { type Env, Failure, type Program } from '../../model/expression.ts'
import { ask } from '../answer/ask.ts'
import { finish } from '../request/draft.ts'
import { openDraft } from '../request/open-draft.ts'
import { planOf, type Run } from '../run.ts'

/**
 * Sends the request that a list needs first.
 *
 * @returns the names with `before`; a fault where the manifest says that no answer can be had.
 */
export async function prepared(run: Run, name: string, names: Env): Promise<Env | Fault> {
  const { before, errors, auth: streamAuth } = planOf(run, name)
  if (before === undefined) return names
  const auth = before.request.auth ?? streamAuth
  const asked = await ask(run, {
    name,
    stream: run.stream,
    request: finish(openDraft(run, before.request, names)),
    names,
    ...(before.on === undefined ? {} : { on: before.on }),
    ...(errors === undefined ? {} : { errors }),
    ...(auth === undefined ? {} : { auth }),
  })
  if (asked.outcome === 'unknown') return asked.fault
  if (asked.outcome === 'empty') return { ...names, before: {} }
  const kept = Object.entries<Program>(before.keep ?? {}).map(
    ([key, program]) => [key, program.evaluate(asked.env)] as const,
  )
  return { ...names, before: Object.fromEntries(kept.filter(([, value]) => !(value instanceof Failure))) }
}
