import { auth } from '../../api/session.ts'
import type { Failure } from '../../parts/problems.ts'

type AskedCredential = { id: string; type: 'public-key' }
type AskedOptions = {
  challenge: string
  rpId?: string
  timeout?: number
  userVerification?: UserVerificationRequirement
  allowCredentials?: AskedCredential[]
}
type NewOptions = {
  challenge: string
  rp: PublicKeyCredentialRpEntity
  user: { id: string; name: string; displayName: string }
  pubKeyCredParams: PublicKeyCredentialParameters[]
  timeout?: number
  attestation?: AttestationConveyancePreference
  authenticatorSelection?: AuthenticatorSelectionCriteria
  excludeCredentials?: AskedCredential[]
}

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const descriptors = (known: readonly AskedCredential[] = []) =>
  known.map(({ id, type }) => ({ id: bytes(id), type }))

/** A passkey belongs to a name; browsers make none for a bare address such as 127.0.0.1. */
export const canHavePasskeys = (): boolean =>
  'PublicKeyCredential' in window && !/^[\d.]+$|:/.test(window.location.hostname)

/** Signs in with a passkey of this device. @see Web Authentication, section 7.2 */
export async function signInWithPasskey(): Promise<void> {
  const { challenge, allowCredentials, ...options } = await auth<AskedOptions>(
    'passkey/generate-authenticate-options',
    {},
    'GET',
  )
  const publicKey = {
    ...options,
    challenge: bytes(challenge),
    allowCredentials: descriptors(allowCredentials),
  }
  const credential = await asked(navigator.credentials.get({ publicKey }))
  if (!(credential instanceof PublicKeyCredential)) throw cancelled
  const response = credential.response as AuthenticatorAssertionResponse
  await auth('passkey/verify-authentication', {
    response: {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        ...(response.userHandle === null ? {} : { userHandle: text(response.userHandle) }),
      },
    },
  })
}

/** Makes a passkey on this device for whoever is signed in. @see Web Authentication, section 7.1 */
export async function addPasskey(name: string): Promise<void> {
  const { challenge, user, excludeCredentials, ...options } = await auth<NewOptions>(
    'passkey/generate-register-options',
    {},
    'GET',
  )
  const publicKey = {
    ...options,
    challenge: bytes(challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: descriptors(excludeCredentials),
  }
  const credential = await asked(navigator.credentials.create({ publicKey }))
  if (!(credential instanceof PublicKeyCredential)) throw cancelled
  const response = credential.response as AuthenticatorAttestationResponse
  await auth('passkey/verify-registration', {
    name,
    response: {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: {
        clientDataJSON: text(response.clientDataJSON),
        attestationObject: text(response.attestationObject),
        transports: response.getTransports(),
      },
    },
  })
}

const cancelled = {
  code: 'PASSKEY_CANCELLED',
  message: 'No passkey was chosen.',
  help: 'Try again and confirm on your device, or sign in another way.',
}

/** What browsers say for other programs, said for people. @see Web Authentication, section 5.1 */
const PROBLEMS: Readonly<Record<string, Failure>> = {
  NotAllowedError: cancelled,
  AbortError: cancelled,
  InvalidStateError: {
    code: 'PASSKEY_KNOWN',
    message: 'This device has a passkey of yours already.',
    help: 'Remove it in the list first, or use another device.',
  },
  SecurityError: {
    code: 'PASSKEY_REFUSED',
    message: 'The browser makes no passkeys for this address.',
    help: 'Open Fairlead over HTTPS, at its name.',
  },
}

/** @throws {Failure} */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw error instanceof DOMException ? (PROBLEMS[error.name] ?? error) : error
  }
}
