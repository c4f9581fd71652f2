import { join, resolve } from 'node:path'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'

/** Everything an operator decides. */
export type PlatformOptions = {
  /** Holds all that is kept here: engines, keys, exports. */
  readonly directory: string
  readonly databaseUrl: string | undefined
  readonly clickhouseUrl: string | undefined
  /** The address people type, without a trailing slash. */
  readonly publicUrl: string
  readonly host: string
  readonly port: number
  readonly rootKeys: string | undefined
  readonly authSecret: Secret | undefined
  readonly smtpUrl: Secret | undefined
  readonly mailFrom: string
  readonly trustedProxies: readonly string[]
  readonly internalProviders: readonly string[]
  readonly signUp: 'open' | 'invited'
  readonly saml: boolean
  /** Streams a worker reads at once. */
  readonly concurrency: number
}

type Env = Readonly<Record<string, string | undefined>>

/** What each variable is: the one list, of which docs/configuration.md is made. */
export const VARIABLES = [
  ['FAIRLEAD_DIRECTORY', '.fairlead', 'Where everything that is kept on this machine is kept.'],
  [
    'DATABASE_URL',
    '',
    'PostgreSQL 15 or newer, by a user that is no superuser. Unset: embedded, below the directory.',
  ],
  [
    'CLICKHOUSE_URL',
    '',
    'ClickHouse, http(s)://user:password@host:8123/database. Unset: embedded, below the directory.',
  ],
  [
    'PUBLIC_URL',
    'http://localhost:4180',
    'The address people type. Links, cookies and consent addresses are made from it alone.',
  ],
  ['HOST', '127.0.0.1', 'The address to listen on.'],
  ['PORT', '4180', 'The port to listen on.'],
  [
    'FAIRLEAD_ROOT_KEY',
    '',
    'Root key of the vault: 32 bytes in base64; several, newest first, while keys are rotated. Unset: a key file below the directory.',
  ],
  ['FAIRLEAD_AUTH_SECRET', '', 'At least 32 characters; signs sessions. Unset: a file below the directory.'],
  ['SMTP_URL', '', 'smtp(s)://user:password@host:port. Unset: mail is kept in the outbox.'],
  ['MAIL_FROM', 'fairlead@localhost', 'Sender of mail.'],
  ['TRUSTED_PROXIES', '', 'Addresses or networks whose X-Forwarded-For is believed, with commas in between.'],
  [
    'INTERNAL_PROVIDERS',
    '',
    'Origins of identity providers inside your own network, with commas in between.',
  ],
  ['SIGN_UP', 'invited', 'open, or invited: only people who were invited can sign up.'],
  ['SAML', '', 'on: SAML single sign-on may be set up, besides OpenID Connect.'],
  ['CONCURRENCY', '8', 'Streams that one worker reads at once.'],
] as const

/** @throws {Fault} `SETTING_INVALID` naming the variable. */
export function platformOptions(env: Env): PlatformOptions {
  const defaults = new Map(VARIABLES.map(([name, value]) => [name as string, value as string]))
  const text = (name: string): string => (env[name] ?? '').trim() || (defaults.get(name) ?? '')
  const maybe = (name: string): string | undefined => text(name) || undefined
  const list = (name: string): string[] =>
    text(name)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  const port = wholeNumber('PORT', text('PORT'), 0, 65_535)
  return {
    directory: resolve(text('FAIRLEAD_DIRECTORY')),
    databaseUrl: maybe('DATABASE_URL'),
    clickhouseUrl: maybe('CLICKHOUSE_URL'),
    publicUrl: publicUrl(env['PUBLIC_URL']?.trim() || `http://localhost:${port}`),
    host: text('HOST'),
    port,
    rootKeys: maybe('FAIRLEAD_ROOT_KEY'),
    authSecret: secret('FAIRLEAD_AUTH_SECRET', maybe('FAIRLEAD_AUTH_SECRET')),
    smtpUrl: secret('SMTP_URL', maybe('SMTP_URL'), 1),
    mailFrom: text('MAIL_FROM'),
    trustedProxies: list('TRUSTED_PROXIES'),
    internalProviders: list('INTERNAL_PROVIDERS'),
    signUp: choice('SIGN_UP', text('SIGN_UP'), ['open', 'invited'] as const),
    saml: choice('SAML', text('SAML') || 'off', ['on', 'off'] as const) === 'on',
    concurrency: wholeNumber('CONCURRENCY', text('CONCURRENCY'), 1, 256),
  }
}

export const exportsFolder = (directory: string): string => join(directory, 'exports')

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new Fault('SETTING_INVALID', `${name}=${text}: a whole number from ${least} to ${most}`)
}

function choice<const T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((word) => word === text)
  if (found !== undefined) return found
  throw new Fault('SETTING_INVALID', `${name}=${text}: one of ${known.join(', ')}`)
}

function publicUrl(text: string): string {
  const url = URL.parse(text)
  const isWhole = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === ''
  if (!isWhole)
    throw new Fault('SETTING_INVALID', `PUBLIC_URL=${text}: an address such as https://fairlead.example`)
  return url.origin
}

function secret(name: string, text: string | undefined, least = 32): Secret | undefined {
  if (text === undefined) return undefined
  if (text.length < least) throw new Fault('SETTING_INVALID', `${name}: at least ${least} characters`)
  return new Secret(text)
}
