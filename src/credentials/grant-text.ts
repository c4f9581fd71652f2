import { parseJson, stringifyJson } from '../lib/json.ts'
import { Secret } from '../lib/secret.ts'
import type { Kept } from '../model/credential.ts'
import type { HeldGrant } from './grant.ts'

type Written = Omit<HeldGrant, 'accessToken' | 'refreshToken' | 'kept'> & {
  readonly kept: Kept
  readonly accessToken: string
  readonly refreshToken?: string
}

/** A grant as one text, to be sealed. */
export function writeGrantText({ accessToken, refreshToken, kept, ...rest }: HeldGrant): Secret {
  const tokens = {
    accessToken: accessToken.reveal(),
    kept: kept.reveal(),
    ...(refreshToken === undefined ? {} : { refreshToken: refreshToken.reveal() }),
  }
  return new Secret(stringifyJson({ ...rest, ...tokens } satisfies Written))
}

/** The text is authentic: we wrote it, and it was sealed. */
export function readGrantText(text: Secret): HeldGrant {
  const { accessToken, refreshToken, kept, ...rest } = parseJson(text.reveal()) as Written
  return {
    ...rest,
    accessToken: new Secret(accessToken),
    kept: new Secret(kept),
    ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
  }
}

/** Secrets by name as one text, to be sealed. */
export function writeSecretsText(secrets: Readonly<Record<string, Secret>>): Secret {
  const texts = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()])
  return new Secret(JSON.stringify(Object.fromEntries(texts)))
}

export function readSecretsText(text: Secret): Readonly<Record<string, Secret>> {
  const texts = JSON.parse(text.reveal()) as Readonly<Record<string, string>>
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, new Secret(value)]))
}

/** A form sends what was left empty as an empty text. */
export function isEmptySecret(secret: Secret): boolean {
  return secret.reveal() === ''
}
