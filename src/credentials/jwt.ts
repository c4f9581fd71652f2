import { SignJWT } from 'jose'
import { Fault } from '../lib/fault.ts'
import type { Value } from '../model/expression.ts'
import type { CredentialContext } from './context.ts'
import { readPrivateKey, readSharedKey } from './key.ts'
import type { JwtPlan } from './method.ts'
import type { Reader } from './reader.ts'

type Claims = Readonly<Record<string, Value>>
type Moment = Pick<CredentialContext, 'clock' | 'random'>
/** `claims` stand below those the plan sets itself. */
type Signing = { readonly reader: Reader; readonly claims?: Claims; readonly place: string }
/** A token's content and key, wherever it is sent. */
export type JwtSigning = Omit<JwtPlan, 'send'>

/**
 * A JWT as the manifest describes it, valid from now for its lifetime.
 *
 * @throws {Fault} `SETTING_MISSING`, `SETTING_INVALID` when the key cannot be read or does not fit the algorithm.
 * @see RFC 7519; RFC 7523 section 3 for the claims of an assertion.
 */
export async function planJwt(plan: JwtSigning, signing: Signing, moment: Moment): Promise<string> {
  const { reader, place } = signing
  const given = (name: 'issuer' | 'subject' | 'audience') => {
    const template = plan[name]
    return template === undefined ? undefined : reader.value(template, `${place}.${name}`)
  }
  const own = { iss: given('issuer'), sub: given('subject'), aud: given('audience') }
  const claims = { ...signing.claims, ...defined(own), ...reader.values(plan.claims, `${place}.claims`) }
  const keyId = plan.keyId === undefined ? undefined : reader.text(plan.keyId, `${place}.keyId`)
  return signJwt(
    { algorithm: plan.algorithm, key: reader.value(plan.key, `${place}.key`), keyId, place },
    { claims, lifetimeMs: plan.lifetime },
    moment,
  )
}

type Signer = {
  readonly algorithm: JwtPlan['algorithm']
  readonly key: Value
  readonly keyId: string | undefined
  readonly place: string
}
type Payload = { readonly claims: Claims; readonly lifetimeMs: number }

/** Signs the claims with `iat`, `exp` and a fresh `jti`; the claims given win. */
export async function signJwt(signer: Signer, payload: Payload, { clock, random }: Moment): Promise<string> {
  const { algorithm, place } = signer
  const key = algorithm.startsWith('HS')
    ? readSharedKey(signer.key, `${place}.key`)
    : readPrivateKey(String(signer.key), `${place}.key`)
  const now = Math.floor(clock.now() / 1000)
  const claims = {
    iat: now,
    exp: now + Math.floor(payload.lifetimeMs / 1000),
    jti: Buffer.from(random(16)).toString('hex'),
    ...Object.fromEntries(Object.entries(payload.claims).map(([name, value]) => [name, jsonValue(value)])),
  }
  const header = { alg: algorithm, typ: 'JWT', ...defined({ kid: signer.keyId }) }
  try {
    return await new SignJWT(claims).setProtectedHeader(header).sign(key)
  } catch {
    throw new Fault('SETTING_INVALID', `${place}.key: the key does not fit ${algorithm}`)
  }
}

function jsonValue(value: Value): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

function defined(values: Claims): Claims {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
