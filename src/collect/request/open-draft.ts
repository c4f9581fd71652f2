import { Fault } from '../../lib/fault.ts'
import type { Secret } from '../../lib/secret.ts'
import type { RequestPlan } from '../../model/connector.ts'
import type { Env } from '../../model/expression.ts'
import type { Surroundings } from '../run.ts'
import type { Draft } from './draft.ts'
import { renderRequest } from './render.ts'
import { neededText } from './value.ts'

/** A request of the manifest below the connection's base address, evaluated. */
export function openDraft(
  { connector, secrets }: Pick<Surroundings, 'connector' | 'secrets'>,
  plan: RequestPlan | undefined,
  env: Env,
): Draft {
  if (plan === undefined) throw new Fault('MANIFEST_INVALID', 'the stream has no request')
  const { baseUrl, headers } = connector.connect
  return renderRequest(plan, {
    env,
    secretEnv: { ...env, secrets: revealed(secrets) },
    baseUrl: neededText(baseUrl, env, 'connect.baseUrl'),
    ...(headers === undefined ? {} : { headers }),
  })
}

/** A secret that was left empty is one that was not given: a form sends it so. */
function revealed(secrets: Readonly<Record<string, Secret>>): Env {
  const values: Record<string, string> = Object.create(null)
  for (const [name, secret] of Object.entries(secrets)) {
    const value = secret.reveal()
    if (value !== '') values[name] = value
  }
  return values
}
