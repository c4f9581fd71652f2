import { Fault } from '../lib/fault.ts'
import type { CredentialContext } from './context.ts'
import type { OAuthPlan } from './method.ts'
import { openReader, type Reader } from './reader.ts'

/** One OAuth method at one moment: its plan, and its expressions with the secrets in the clear. */
export type OAuthClient = {
  readonly plan: OAuthPlan
  readonly context: Pick<CredentialContext, 'connector' | 'input' | 'clock' | 'random' | 'features'>
  readonly reader: Reader
}

/** The client as it is now: `now` in its expressions does not move. */
export function openClient(plan: OAuthPlan, context: OAuthClient['context']): OAuthClient {
  return { plan, context, reader: openReader(context) }
}

/** @throws {Fault} `SETTING_MISSING` when it was not given. */
export function readSecret(client: OAuthClient, name: string): string {
  const value = client.context.input.secrets[name]?.reveal() ?? ''
  if (value === '') throw new Fault('SETTING_MISSING', `the secret "${name}" is not given`)
  return value
}

/** @throws {Fault} `MANIFEST_INVALID` when the manifest lacks a field that its grant cannot do without. */
export function needed<T>(field: T | undefined, name: string): T {
  if (field === undefined)
    throw new Fault('MANIFEST_INVALID', `oauth2.${name} is missing: this grant needs it`)
  return field
}
