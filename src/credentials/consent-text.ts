import { Secret } from '../lib/secret.ts'
import type { Consent } from './consent.ts'

/** What a consent under way keeps until its callback comes: all but the state, of which only the hash is kept, and the address. */
export type KeptConsent = Omit<Consent, 'url' | 'state'> & {
  /** Of the connector that began it. */
  readonly digest: string
}

type Written = Omit<KeptConsent, 'verifier'> & { readonly verifier?: string }

/** As one text, to be sealed. */
export function writeConsentText({ redirectUri, verifier, nonce, digest }: KeptConsent): Secret {
  const written: Written = {
    redirectUri,
    nonce,
    digest,
    ...(verifier === undefined ? {} : { verifier: verifier.reveal() }),
  }
  return new Secret(JSON.stringify(written))
}

export function readConsentText(text: Secret): KeptConsent {
  const { verifier, redirectUri, nonce, digest } = JSON.parse(text.reveal()) as Written
  return {
    redirectUri,
    nonce,
    digest,
    verifier: verifier === undefined ? undefined : new Secret(verifier),
  }
}
