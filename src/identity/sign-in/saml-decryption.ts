import { constants, createDecipheriv, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto'

/** Only what notices a change: the older modes (CBC) tell whoever asks often enough what was encrypted. */
const CIPHERS: Readonly<Record<string, 'aes-128-gcm' | 'aes-256-gcm'>> = {
  'http://www.w3.org/2009/xmlenc11#aes128-gcm': 'aes-128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm': 'aes-256-gcm',
}
const KEY_TRANSPORT = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'
const [IV_BYTES, TAG_BYTES] = [12, 16]

export type DecryptionKey = { readonly pem: string; readonly passphrase?: string }

export function isEncrypted(encoded: string): boolean {
  return elementIn(textOf(encoded), 'EncryptedAssertion') !== undefined
}

/**
 * The same answer with its assertion in the clear. Nothing is proved by that: what comes out is judged as if it had come so, the
 * algorithms of its signature too, which encryption would have hidden. A signature around the whole answer is left out: it was over
 * the encrypted form, and the assertion's own is what counts.
 *
 * @param encoded the form field `SAMLResponse`, base64.
 * @returns nothing when it is not encrypted for this key, in the one way we accept.
 * @see XML Encryption 1.1, sections 5.2.4 and 5.5.2
 */
export function decrypted(encoded: string, key: DecryptionKey): string | undefined {
  const xml = textOf(encoded)
  const found = elementIn(xml, 'EncryptedAssertion')
  if (found === undefined) return undefined
  const assertion = openedWith(key, found.inside)
  if (assertion === undefined) return undefined
  const [before, after] = [xml.slice(0, found.from), xml.slice(found.to)].map(withoutSignature)
  return Buffer.from(`${before}${assertion}${after}`).toString('base64')
}

function openedWith({ pem, passphrase }: DecryptionKey, inside: string): string | undefined {
  const wrapped = elementIn(inside, 'EncryptedKey')
  if (wrapped === undefined) return undefined
  const data = inside.slice(0, wrapped.from) + inside.slice(wrapped.to)
  const cipher = CIPHERS[algorithmIn(data, 'EncryptionMethod') ?? '']
  const digest = algorithmIn(wrapped.inside, 'DigestMethod')
  const isKnown = digest === undefined || digest.endsWith('#sha1')
  if (cipher === undefined || !isKnown || algorithmIn(wrapped.inside, 'EncryptionMethod') !== KEY_TRANSPORT)
    return undefined
  try {
    const privateKey = createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) })
    return open(cipher, unwrapped(privateKey, bytesIn(wrapped.inside)), bytesIn(data))
  } catch {
    // Why it does not open is not said: the difference would be of use to those who guess.
    return undefined
  }
}

function unwrapped(key: KeyObject, wrapped: Buffer): Buffer {
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, wrapped)
}

function open(cipher: 'aes-128-gcm' | 'aes-256-gcm', key: Buffer, sealed: Buffer): string {
  const decipher = createDecipheriv(cipher, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
  return text.toString('utf8').replace(/^<\?xml[^>]*\?>\s*/, '')
}

const textOf = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8')

type Element = { readonly from: number; readonly to: number; readonly inside: string }

const BEGIN = /<(?:[\w.-]+:)?([\w.-]+)(?:[\s/][^<>]*)?>/g
const END = /<\/(?:[\w.-]+:)?([\w.-]+)\s*>/g

/** The first element of a name, whatever its prefix. Looks once for its begin and once for its end: nothing makes that slow. */
function elementIn(xml: string, name: string): Element | undefined {
  const begin = tagIn(xml, BEGIN, name)
  if (begin === undefined) return undefined
  const inner = begin.index + begin[0].length
  const end = tagIn(xml.slice(inner), END, name)
  if (end === undefined) return undefined
  const to = inner + end.index
  return { from: begin.index, to: to + end[0].length, inside: xml.slice(inner, to) }
}

const tagIn = (xml: string, tags: RegExp, name: string): RegExpExecArray | undefined =>
  xml.matchAll(tags).find(([, local]) => local === name)

function algorithmIn(xml: string, name: string): string | undefined {
  const [tag = ''] = tagIn(xml, BEGIN, name) ?? []
  return /\sAlgorithm\s*=\s*["']([^"']*)["']/.exec(tag)?.[1]
}

function bytesIn(xml: string): Buffer {
  return Buffer.from(elementIn(xml, 'CipherValue')?.inside ?? '', 'base64')
}

function withoutSignature(xml: string): string {
  const signature = elementIn(xml, 'Signature')
  return signature === undefined ? xml : xml.slice(0, signature.from) + xml.slice(signature.to)
}
