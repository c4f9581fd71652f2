import { Fault, isFault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { Grant } from '../model/credential.ts'
import { ask } from './ask.ts'
import { proveClient } from './client-auth.ts'
import { personPlan } from './consent.ts'
import type { CredentialContext } from './context.ts'
import type { HeldGrant } from './grant.ts'
import { needed, openClient } from './oauth-client.ts'
import { exchangeToken } from './oauth-source.ts'
import { readBody } from './read-body.ts'
import { scopesToAsk } from './scopes.ts'
import { member, tokenFault } from './token-error.ts'
import { endpointRequest } from './token-request.ts'

/** What to show the person, and what to ask with meanwhile. */
export type DeviceConsent = {
  readonly userCode: string
  readonly verificationUri: string
  /** The same with the code in it, where the app offers that. */
  readonly verificationUriComplete: string | undefined
  readonly deviceCode: Secret
  /** Unix milliseconds. */
  readonly expiresAt: number
  readonly intervalMs: number
}

const INTERVAL_SECONDS = 5
const LIFE_SECONDS = 600
const LONGEST_INTERVAL_SECONDS = 300
const LONGEST_LIFE_SECONDS = 86_400
/** What slow_down, or no answer at all, adds to the interval. */
export const SLOWER_MS = 5000

/**
 * Asks for a code that a person types in on another device.
 *
 * @throws {Fault} `SETTING_INVALID` when the connection's method is not device_code; as `tokenFault`.
 * @see RFC 8628 sections 3.1 and 3.2.
 */
export async function startDevice(context: CredentialContext): Promise<DeviceConsent> {
  const plan = personPlan(context, 'device_code')
  const client = openClient(plan, context)
  const url = client.reader.text(needed(plan.deviceUrl, 'deviceUrl'), 'oauth2.deviceUrl')
  const proof = await proveClient(client, client.reader.text(plan.tokenUrl, 'oauth2.tokenUrl'))
  const scopes = scopesToAsk(plan, context)
  const params = {
    ...proof.params,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(plan.scopeSeparator) }),
    ...client.reader.texts(plan.authorizationParams, 'oauth2.authorizationParams'),
  }
  const answer = await ask(context, endpointRequest(url, { params, headers: proof.headers, body: 'form' }), 2)
  const body = readBody(answer)
  const nowMs = context.clock.now()
  const [code, userCode] = [member(body, 'device_code'), member(body, 'user_code')]
  // The other name is that of the drafts, which some apps still use.
  const address = member(body, 'verification_uri') ?? member(body, 'verification_url')
  if (answer.status !== 200 || typeof code !== 'string' || !isText(userCode) || !isText(address))
    throw tokenFault(answer, body, { presented: 'other', nowMs })
  if (!isWebAddress(address))
    throw new Fault('SOURCE_UNREADABLE', 'the address to type the code at is not an address of the web')
  const complete = member(body, 'verification_uri_complete')
  return {
    userCode,
    verificationUri: address,
    verificationUriComplete: isText(complete) && isWebAddress(complete) ? complete : undefined,
    deviceCode: new Secret(code),
    expiresAt:
      nowMs + Math.min(seconds(member(body, 'expires_in'), LIFE_SECONDS), LONGEST_LIFE_SECONDS) * 1000,
    intervalMs:
      Math.min(seconds(member(body, 'interval'), INTERVAL_SECONDS), LONGEST_INTERVAL_SECONDS) * 1000,
  }
}

/**
 * Asks until the person has decided, and stores the grant.
 *
 * @throws {Fault} `CONSENT_EXPIRED` when the code ran out; as `askDevice`.
 */
export async function finishDevice(
  context: CredentialContext,
  device: DeviceConsent,
  signal?: AbortSignal,
): Promise<Grant> {
  let { intervalMs } = device
  for (;;) {
    await context.clock.sleep(intervalMs, signal)
    if (context.clock.now() >= device.expiresAt)
      throw new Fault('CONSENT_EXPIRED', 'the code ran out before anybody used it')
    const grant = await askDevice(context, device)
    if (typeof grant === 'object') return grant
    if (grant === 'slower') intervalMs += SLOWER_MS
  }
}

/**
 * Asks once whether the person has decided, and stores the grant when they have.
 *
 * @returns `slower` when the next question is to come later than planned.
 * @throws {Fault} `CONSENT_REFUSED` when they said no; `CONSENT_EXPIRED` when the app no longer knows the code; as `readGrant`.
 * @see RFC 8628 section 3.5: slow_down, and no answer at all, add five seconds to the interval.
 */
export async function askDevice(
  context: CredentialContext,
  device: Pick<DeviceConsent, 'deviceCode'>,
): Promise<Grant | 'pending' | 'slower'> {
  const grant = await poll(context, device)
  return typeof grant === 'object' ? keep(context, grant) : grant
}

async function poll(
  context: CredentialContext,
  { deviceCode }: Pick<DeviceConsent, 'deviceCode'>,
): Promise<HeldGrant | 'pending' | 'slower'> {
  const presented = { grant: 'device_code', code: deviceCode } as const
  try {
    return await exchangeToken(personPlan(context, 'device_code'), context, { presented, held: undefined })
  } catch (error) {
    if (isFault(error, 'CREDENTIAL_MISSING')) return 'pending'
    if (isFault(error, 'SOURCE_THROTTLED') || isFault(error, 'SOURCE_UNAVAILABLE')) return 'slower'
    throw error
  }
}

function keep({ store }: CredentialContext, grant: HeldGrant): Promise<Grant> {
  return store.update(async (current) => ({ ...grant, generation: (current?.generation ?? 0) + 1 }))
}

/** It becomes a link in a browser: an app's answer must not make it a script. */
function isWebAddress(text: string): boolean {
  return ['https:', 'http:'].includes(URL.parse(text)?.protocol ?? '')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function seconds(value: unknown, fallback: number): number {
  const number = Number(value ?? Number.NaN)
  return Number.isFinite(number) && number > 0 ? number : fallback
}
