import { sso } from '@better-auth/sso'
import type { BetterAuthPlugin } from 'better-auth'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import type { DBFieldAttribute } from 'better-auth/db'
import type { Secret } from '../../lib/secret.ts'
import type { People } from './people.ts'

/** Providers one person can register; a provider belongs to an organisation. */
const PROVIDERS_PER_PERSON = 10

/**
 * OIDC and SAML. A provider signs nobody in until its organisation has proved the e-mail domain by a DNS record, and what it says
 * of an address outside that domain never opens an account that exists.
 */
export function singleSignOn(secret: Secret, people: People): BetterAuthPlugin {
  const plugin = sso({
    domainVerification: { enabled: true, tokenPrefix: 'fairlead' },
    providersLimit: PROVIDERS_PER_PERSON,
    trustEmailVerified: false,
    // The library would make members with a role of its own.
    organizationProvisioning: { disabled: true },
    provisionUserOnEveryLogin: true,
    provisionUser: async ({ user, provider }) => {
      if (provider.organizationId) await people.join(user.id, provider.organizationId, 'viewer')
    },
    saml: {
      enableInResponseToValidation: true,
      allowIdpInitiated: false,
      requireTimestamps: true,
      algorithms: { onDeprecated: 'reject' },
    },
  })
  const { ssoProvider } = plugin.schema
  // They hold client secrets and private keys; the library would keep them in the clear.
  const key = secret.reveal()
  const sealedText: DBFieldAttribute<'string'> = {
    type: 'string',
    required: false,
    transform: {
      input: (data) => (typeof data === 'string' ? symmetricEncrypt({ key, data }) : data),
      output: (data) => (typeof data === 'string' ? symmetricDecrypt({ key, data }) : data),
    },
  }
  return {
    ...plugin,
    schema: {
      ...plugin.schema,
      ssoProvider: {
        ...ssoProvider,
        fields: {
          ...ssoProvider.fields,
          oidcConfig: sealedText,
          samlConfig: sealedText,
        },
      },
    },
  }
}
