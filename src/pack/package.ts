import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../lib/canonical.ts'
import { Fault } from '../lib/fault.ts'

/** What a package holds: every file of the connector's folder, and what reviewers are shown of it. */
export type PackageContent = {
  readonly fairleadPackage: 1
  readonly connector: { readonly id: string; readonly version: string; readonly digest: string }
  readonly files: Readonly<Record<string, string>>
  /** The review sheet, made from the files: verifying makes it again and compares. */
  readonly sheet: unknown
}

/** A connector as one immutable file: its name is its content's hash, its signature says who vouches for it. */
export type Package = PackageContent & {
  /** SHA-256 of the canonical JSON of the content, hex. */
  readonly address: string
  readonly signature: {
    readonly algorithm: 'Ed25519'
    /** SubjectPublicKeyInfo, base64. */
    readonly publicKey: string
    /** base64. */
    readonly value: string
  }
}

/** Keeps a signature made for something else from being one of a package. */
const CONTEXT = 'fairlead package 1\0'

/** Signs the content with an Ed25519 private key. */
export function signPackage(content: PackageContent, privateKey: KeyObject): Package {
  const address = addressOf(content)
  return {
    ...content,
    address,
    signature: {
      algorithm: 'Ed25519',
      publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64'),
      value: sign(null, Buffer.from(CONTEXT + address), privateKey).toString('base64'),
    },
  }
}

/**
 * Reads a package and proves that nothing in it was altered since it was signed.
 *
 * @param trusted public keys (SubjectPublicKeyInfo, base64) of which one must have signed; any signer when absent.
 * @throws {Fault} `PACKAGE_INVALID` saying what does not hold.
 */
export function readPackage(text: string, trusted?: readonly string[]): Package {
  const pack = parsePackage(text)
  const { address, signature, ...content } = pack
  if (addressOf(content) !== address)
    throw new Fault('PACKAGE_INVALID', 'the content does not match its address: it was altered')
  if (!isSignedBy(address, signature))
    throw new Fault('PACKAGE_INVALID', 'the signature does not match the content')
  if (trusted !== undefined && !trusted.includes(signature.publicKey)) {
    throw new Fault('PACKAGE_INVALID', `signed by a key that is not trusted: ${keyIdOf(signature.publicKey)}`)
  }
  return pack
}

/** Short name of a key for people: the first 16 hex digits of its hash. */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16)
}

function addressOf(content: PackageContent): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

function isSignedBy(address: string, { publicKey, value }: Package['signature']): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return (
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(CONTEXT + address), key, Buffer.from(value, 'base64'))
    )
  } catch {
    return false
  }
}

function parsePackage(text: string): Package {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('PACKAGE_INVALID', 'not a package: it is not JSON', { cause })
  }
  if (!isPackage(value)) throw new Fault('PACKAGE_INVALID', 'not a package of this version')
  return value
}

function isPackage(value: unknown): value is Package {
  if (typeof value !== 'object' || value === null) return false
  const { fairleadPackage, connector, files, address, signature } = value as Partial<Package>
  return (
    fairleadPackage === 1 &&
    typeof connector?.id === 'string' &&
    typeof files === 'object' &&
    files !== null &&
    Object.values(files).every((file) => typeof file === 'string') &&
    typeof address === 'string' &&
    signature?.algorithm === 'Ed25519' &&
    typeof signature.publicKey === 'string' &&
    typeof signature.value === 'string'
  )
}
