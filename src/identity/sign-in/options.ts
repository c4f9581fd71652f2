import { passkey } from '@better-auth/passkey'
import type { BetterAuthOptions } from 'better-auth'
import { twoFactor } from 'better-auth/plugins'
import { PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/id.ts'
import type { Secret } from '../../lib/secret.ts'
import {
  addressTakenLetter,
  passwordChangedLetter,
  resetPasswordLetter,
  verifyAddressLetter,
} from '../../mail/letters.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { type Change, changes } from './changes.ts'
import { demoSignIn } from './demo-sign-in.ts'
import type { Fetch } from './guarded-fetch.ts'
import { organisations } from './organisations.ts'
import { openPasswordHash } from './password-hash.ts'
import { type People, SCHEMA } from './people.ts'
import { type RuleOptions, rules } from './rules.ts'
import { singleSignOn } from './single-sign-on.ts'

export type SignInOptions = Omit<RuleOptions, 'people'> & {
  readonly pool: Pool
  /** The address people type. The only thing that links, cookies and origins are made from. */
  readonly publicUrl: string
  readonly secret: Secret
  readonly mail: Mailer
  readonly clock: Clock
  readonly isDemo: boolean
  /** Used in place of the global one while the library answers. */
  readonly fetch: Fetch
  /** Told of every change made through sign-in's own routes, after it was made. */
  readonly noted: (change: Change) => Promise<void>
  readonly log: (level: string, message: string) => void
}

/** Set by `handle`, whatever the client sent: the address that limits are counted for. */
export const ADDRESS_HEADER = 'x-fairlead-client-address'
export const BASE_PATH = '/api/auth'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
/** `<prefix>_…` ids tell what they belong to wherever they turn up. */
const ID_PREFIXES: Readonly<Record<string, string>> = {
  user: 'usr',
  session: 'ses',
  organization: 'org',
  member: 'mem',
  invitation: 'inv',
  passkey: 'pky',
}
/** Routes of the library that nothing of ours needs: tokens of identity providers, other sign-ins, linking. */
const CLOSED_PATHS = [
  '/get-access-token',
  '/refresh-token',
  '/account-info',
  '/sign-in/social',
  '/link-social',
  '/unlink-account',
  '/update-session',
  '/delete-user',
  '/delete-user/callback',
  '/change-email',
]

/** What we ask of better-auth. Every setting that guards against a known accident says which. */
export function libraryOptions(options: SignInOptions, people: People): BetterAuthOptions {
  const { pool, publicUrl, secret, mail, clock } = options
  const { origin, protocol, hostname } = new URL(publicUrl)
  const passwords = openPasswordHash()
  return {
    appName: 'Fairlead',
    // A fixed address: neither Host nor Origin nor X-Forwarded-* ever builds a link (Appsmith CVE-2026-22794).
    baseURL: origin,
    basePath: BASE_PATH,
    secret: secret.reveal(),
    database: {
      dialect: new PostgresDialect({ pool }),
      type: 'postgres',
      schemaName: SCHEMA,
      transaction: true,
    },
    trustedOrigins: (request) => [origin, ...(isSingleSignOn(request) ? options.internalProviders : [])],
    telemetry: { enabled: false },
    logger: { log: (level, message) => options.log(level, message) },
    disabledPaths: CLOSED_PATHS,
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      password: passwords,
      resetPasswordTokenExpiresIn: HOUR_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, url }) => mail.send(resetPasswordLetter(user.email, url)),
      onExistingUserSignUp: ({ user }) => mail.send(addressTakenLetter(user.email, `${origin}/sign-in`)),
      onPasswordReset: async ({ user }) => {
        await mail.send(passwordChangedLetter(user.email))
        await options.noted({
          action: 'password.reset',
          organisationId: undefined,
          user: { id: user.id, name: user.name },
          target: { kind: 'user', id: user.id },
          detail: {},
        })
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      autoSignInAfterVerification: true,
      expiresIn: HOUR_S,
      sendVerificationEmail: ({ user, url }) => mail.send(verifyAddressLetter(user.email, url)),
    },
    session: {
      expiresIn: 7 * DAY_S,
      updateAge: DAY_S,
      freshAge: HOUR_S,
      // A cached session outlives its revocation and its second factor (GHSA-xg6x-h9c9-2m83).
      cookieCache: { enabled: false },
    },
    account: {
      encryptOAuthTokens: true,
      accountLinking: { enabled: true, requireLocalEmailVerified: true, allowDifferentEmails: false },
    },
    // A database that is read does not reset anybody's password.
    verification: { storeIdentifier: 'hashed' },
    rateLimit: { enabled: true, storage: 'database', window: 10, max: 100 },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const [first] = await people.membershipsOf(session.userId)
            return { data: { activeOrganizationId: first?.organisationId ?? null, ...session } }
          },
        },
      },
    },
    advanced: {
      cookiePrefix: 'fairlead',
      useSecureCookies: protocol === 'https:',
      disableOriginCheck: false,
      disableCSRFCheck: false,
      trustedProxyHeaders: false,
      // One subscriber has a whole /64 (CVE-2026-45364).
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 64 },
      database: { generateId: ({ model }) => newId(ID_PREFIXES[model] ?? 'id', clock.now()) },
    },
    plugins: [
      rules({ ...options, people }),
      organisations({ publicUrl: origin, mail }),
      twoFactor({ issuer: 'Fairlead', backupCodeOptions: { storeBackupCodes: 'encrypted' } }),
      passkey({ rpID: hostname, rpName: 'Fairlead', origin }),
      singleSignOn(secret, people),
      ...(options.isDemo ? [demoSignIn()] : []),
      changes(options.noted),
    ],
  }
}

function isSingleSignOn(request: Request | undefined): boolean {
  const path = request === undefined ? '' : new URL(request.url).pathname
  return path === `${BASE_PATH}/sign-in/sso` || path.startsWith(`${BASE_PATH}/sso/`)
}
