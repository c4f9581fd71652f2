import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import { Fault } from '../lib/fault.ts'

/**
 * Reads a private key: PEM (PKCS #8, PKCS #1, SEC 1) or JWK. Line ends written as `\n` are line ends, as they come
 * when a key is cut out of a JSON file.
 *
 * @throws {Fault} `SETTING_INVALID`, without a cause: the parsers quote what they could not read.
 */
export function readPrivateKey(text: string, place: string): KeyObject {
  try {
    const key = text.replaceAll('\\n', '\n').trim()
    return key.startsWith('{')
      ? createPrivateKey({ key: JSON.parse(key), format: 'jwk' })
      : createPrivateKey(key)
  } catch {
    throw new Fault(
      'SETTING_INVALID',
      `${place}: not a private key in PEM or JWK form, or it has a passphrase`,
    )
  }
}

/** The key of a keyed hash: text as UTF-8, bytes as they are (a manifest decodes base64 itself). */
export function readSharedKey(value: unknown, place: string): KeyObject {
  if (value instanceof Uint8Array) return createSecretKey(value)
  if (typeof value === 'string') return createSecretKey(value, 'utf8')
  throw new Fault('SETTING_INVALID', `${place}: the shared key must be text or bytes`)
}
