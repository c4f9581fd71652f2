import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { qrOf } from '../../portal/src/screens/profile/qr.ts'

const textOf = (length: number): string =>
  'otpauth://totp/Fairlead:'.padEnd(length, 'abcXYZ0123456789%&=?').slice(0, length)

/** What jsQR 1.4.0 read back, whole, for every length. */
const READ = '071bd387e14a80bb3abe9d12f898ab133c32f22b8716f608ce1fd0631400de56'

test('every text an authenticator may be given becomes the code that a reader has read', () => {
  const codes = Array.from({ length: 230 }, (_, at) => qrOf(textOf(at + 1)))
  assert.deepEqual([...new Set(codes.map((code) => code?.length))], [21, 25, 29, 33, 37, 41, 45, 49, 53])
  assert.equal(hash('sha256', JSON.stringify(codes)), READ)
})

test('a text that is too long becomes none', () => {
  assert.equal(qrOf(textOf(231)), undefined)
  assert.equal(qrOf('ü'.repeat(116)), undefined, 'bytes count, not letters')
})
