import { createHash, createHmac } from 'node:crypto'
import { Failure } from '../../model/expression.ts'
import { jsonText, valueOfJson } from '../runtime/json.ts'
import { boundedText, EXHAUSTED, meter, spend, TEXT_TOO_LONG } from '../runtime/meter.ts'
import { utf8 } from '../runtime/text-of.ts'
import type { FunctionGroup, FunctionRow } from './row.ts'

/** Text is taken as its UTF-8 bytes; a lone surrogate, which has none, as U+FFFD. */
type Octets = string | Uint8Array

function buffer(value: Octets): Buffer {
  return typeof value === 'string'
    ? Buffer.from(value, 'utf8')
    : Buffer.from(value.buffer, value.byteOffset, value.length)
}

function encoded(value: Octets, encoding: 'base64' | 'base64url' | 'hex'): string | Failure {
  return value.length * 2 > meter.limits.textCharacters ? TEXT_TOO_LONG : buffer(value).toString(encoding)
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const BASE64URL = /^[A-Za-z0-9_-]*={0,2}$/

/** Padding may be left out; anything else that the alphabet lacks is refused, where Node would skip it. */
function decodeBase64(text: string, isUrl: boolean): Uint8Array | Failure {
  const padding = text.indexOf('=')
  const digits = padding === -1 ? text.length : padding
  if (!(isUrl ? BASE64URL : BASE64).test(text) || digits % 4 === 1)
    return new Failure('format', `the text is not ${isUrl ? 'base64url' : 'base64'}`)
  return new Uint8Array(Buffer.from(text, isUrl ? 'base64url' : 'base64'))
}

function decodeBase64Text(text: string, isUrl: boolean): string | Failure {
  const bytes = decodeBase64(text, isUrl)
  return bytes instanceof Failure ? bytes : utf8(bytes)
}

/** RFC 3986: everything but its unreserved characters is escaped. */
function urlEncode(text: string): string | Failure {
  if (spend(text.length * 2)) return EXHAUSTED
  const escaped = encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return boundedText(escaped)
}

function urlDecode(text: string): string | Failure {
  if (spend(text.length * 2)) return EXHAUSTED
  try {
    return decodeURIComponent(text)
  } catch {
    return new Failure('format', 'the text has a % that escapes no character')
  }
}

const HASHES: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])

function digest(hash: string, value: Octets): Uint8Array {
  return new Uint8Array(createHash(hash).update(buffer(value)).digest())
}

function hmac(hash: string, key: Octets, value: Octets): Uint8Array | Failure {
  if (!HASHES.has(hash)) return new Failure('format', `the hash must be one of ${[...HASHES].join(', ')}`)
  return new Uint8Array(createHmac(hash, buffer(key)).update(buffer(value)).digest())
}

/** The claims of a token, unverified. */
function jwtClaims(token: string): unknown {
  const parts = token.split('.')
  if (parts.length !== 3) return new Failure('format', 'the text is not a JWT')
  const text = decodeBase64Text(parts[1]!, true)
  if (typeof text !== 'string') return text
  const claims = valueOfJson(text)
  const isMap = typeof claims === 'object' && claims !== null && !Array.isArray(claims)
  return isMap ? claims : new Failure('format', 'the text is not a JWT')
}

/** A row that takes text or bytes, both as bytes. */
function octetRow(
  row: Omit<FunctionRow, 'overloads'>,
  result: string,
  run: (value: Octets) => unknown,
): FunctionRow {
  return {
    ...row,
    overloads: [
      [`${row.name}(string) -> ${result}`, run],
      [`${row.name}(bytes) -> ${result}`, run],
    ],
  }
}

export const ENCODINGS: FunctionGroup = {
  title: 'Encodings and hashes',
  rows: [
    octetRow(
      {
        name: 'base64Encode',
        about: 'Base64 with padding.',
        examples: [["base64Encode('user:pass')", "'dXNlcjpwYXNz'"]],
      },
      'string',
      (value) => encoded(value, 'base64'),
    ),
    {
      name: 'base64Decode',
      about: 'The text that was encoded; it must be UTF-8.',
      examples: [
        ["base64Decode('dXNlcjpwYXNz')", "'user:pass'"],
        ["base64Decode('%')", 'fails: compile'],
      ],
      overloads: [['base64Decode(string) -> string', (text: string) => decodeBase64Text(text, false)]],
    },
    octetRow(
      {
        name: 'base64UrlEncode',
        about: 'Base64 with the alphabet for URLs, without padding.',
        examples: [["base64UrlEncode('>>?')", "'Pj4_'"]],
      },
      'string',
      (value) => encoded(value, 'base64url'),
    ),
    {
      name: 'base64UrlDecode',
      about: 'The text that was encoded; it must be UTF-8.',
      examples: [["base64UrlDecode('Pj4_')", "'>>?'"]],
      overloads: [['base64UrlDecode(string) -> string', (text: string) => decodeBase64Text(text, true)]],
    },
    {
      name: 'base64.encode',
      about: "Base64 of bytes: CEL's own name.",
      examples: [["base64.encode(b'hello')", "'aGVsbG8='"]],
      overloads: [['base64.encode(bytes) -> string', (bytes: Uint8Array) => encoded(bytes, 'base64')]],
    },
    {
      name: 'base64.decode',
      about: "The bytes that were encoded: CEL's own name.",
      examples: [["base64.decode('aGVsbG8=')", "b'hello'"]],
      overloads: [['base64.decode(string) -> bytes', (text: string) => decodeBase64(text, false)]],
    },
    octetRow(
      {
        name: 'hex',
        about: 'Two lower-case digits for each byte.',
        examples: [["hex(b'\\x0f\\xa0')", "'0fa0'"]],
      },
      'string',
      (value) => encoded(value, 'hex'),
    ),
    octetRow(
      {
        name: 'sha256',
        about: 'The SHA-256 hash, as bytes.',
        examples: [["hex(sha256('')).substring(0, 8)", "'e3b0c442'"]],
      },
      'bytes',
      (value) => digest('sha256', value),
    ),
    octetRow(
      {
        name: 'md5',
        about: 'The MD5 hash, as bytes; for old protocols only.',
        examples: [["hex(md5('')).substring(0, 8)", "'d41d8cd9'"]],
      },
      'bytes',
      (value) => digest('md5', value),
    ),
    {
      name: 'hmac',
      about: 'The HMAC of a text with a key, as bytes. The hash is sha256, sha384, sha512, sha1 or md5.',
      examples: [["hex(hmac('sha256', 'key', 'text')).substring(0, 8)", "'6afa9046'"]],
      overloads: [
        ['hmac(string, string, string) -> bytes', hmac],
        ['hmac(string, bytes, string) -> bytes', hmac],
        ['hmac(string, string, bytes) -> bytes', hmac],
        ['hmac(string, bytes, bytes) -> bytes', hmac],
      ],
    },
    {
      name: 'urlEncode',
      about: 'Percent-encoding for one part of a URL (RFC 3986).',
      examples: [["urlEncode('a b&c/d')", "'a%20b%26c%2Fd'"]],
      overloads: [['urlEncode(string) -> string', urlEncode]],
      work: 'metered',
    },
    {
      name: 'urlDecode',
      about: 'The text behind percent-encoding. A plus sign stays.',
      examples: [["urlDecode('a%20b')", "'a b'"]],
      overloads: [['urlDecode(string) -> string', urlDecode]],
      work: 'metered',
    },
    {
      name: 'jwtClaims',
      about: 'The claims of a JWT as a map. Decoded only: the signature is not verified.',
      examples: [["jwtClaims('e30.eyJzdWIiOiJhZGEifQ.x').sub", "'ada'"]],
      overloads: [['jwtClaims(string) -> map(string, dyn)', jwtClaims]],
    },
    {
      name: 'jsonParse',
      about: 'The value of a JSON text. Whole numbers beyond 2^53 stay exact.',
      examples: [
        ['jsonParse(\'{"a": [1, 2]}\').a[1]', '2.0'],
        ["jsonParse('[1')", 'fails: compile'],
      ],
      overloads: [['jsonParse(string) -> dyn', valueOfJson]],
      work: 'metered',
    },
    {
      name: 'jsonText',
      about: 'A value as JSON text: timestamps and durations as their texts, bytes as base64.',
      examples: [["jsonText({'a': [1, true, null]})", '\'{"a":[1,true,null]}\'']],
      overloads: [['jsonText(dyn) -> string', jsonText]],
      work: 'metered',
    },
  ],
}
