import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { isFault } from '../lib/fault.ts'
import { type Package, type PackageContent, readPackage, signPackage } from './package.ts'

const mine = generateKeyPairSync('ed25519').privateKey
const other = generateKeyPairSync('ed25519').privateKey
const CONTENT: PackageContent = {
  fairleadPackage: 1,
  connector: { id: 'acme', version: '1.0.0', digest: 'd' },
  files: { 'connector.yaml': 'fairlead: 1\n' },
  sheet: { hosts: ['api.acme.example'] },
}
const signed = signPackage(CONTENT, mine)
const refused = (text: string, trusted?: readonly string[]) =>
  assert.throws(
    () => readPackage(text, trusted),
    (error) => isFault(error, 'PACKAGE_INVALID'),
  )

test('a package is read as it was signed, and its address depends on its content alone', () => {
  assert.deepEqual(readPackage(JSON.stringify(signed)), signed)
  assert.equal(
    signPackage({ ...CONTENT, sheet: { ...(CONTENT.sheet as object) } }, other).address,
    signed.address,
  )
})

const ALTERED: [why: string, change: (pack: Package) => unknown][] = [
  ['a file has another byte', (pack) => ({ ...pack, files: { 'connector.yaml': 'fairlead: 1 \n' } })],
  ['a file was added', (pack) => ({ ...pack, files: { ...pack.files, 'checks/x.yaml': '' } })],
  ['the review sheet says something else', (pack) => ({ ...pack, sheet: { hosts: [] } })],
  ['the version was raised', (pack) => ({ ...pack, connector: { ...pack.connector, version: '1.0.1' } })],
  ['the address is another', (pack) => ({ ...pack, address: '0'.repeat(64) })],
  [
    'an old signature stands on new content',
    (pack) => ({ ...signPackage({ ...CONTENT, sheet: 1 }, mine), signature: pack.signature }),
  ],
  [
    'the key was swapped',
    (pack) => ({
      ...pack,
      signature: { ...pack.signature, publicKey: signPackage(CONTENT, other).signature.publicKey },
    }),
  ],
  ['the signature is no base64', (pack) => ({ ...pack, signature: { ...pack.signature, value: '!' } })],
  ['it is of another version', (pack) => ({ ...pack, fairleadPackage: 2 })],
]
for (const [why, change] of ALTERED) {
  test(`a package is refused when ${why}`, () => refused(JSON.stringify(change(signed))))
}

test('a package that is not JSON is refused', () => refused('PK\u0003\u0004'))

test("only trusted keys count when any are named, and another vendor's is not", () => {
  const { publicKey } = signed.signature
  assert.equal(readPackage(JSON.stringify(signed), [publicKey]).address, signed.address)
  refused(JSON.stringify(signPackage(CONTENT, other)), [publicKey])
})
