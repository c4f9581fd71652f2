/**
 * Closed lists of words that both the language and the code behind it need. Nothing is imported here: whoever runs a connector must
 * not pay for loading the schema library.
 */

/** The methods a request may name. */
export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** What a stream's records are. */
export const KINDS = [
  'accounts',
  'groups',
  'roles',
  'grants',
  'tokens',
  'resources',
  'settings',
  'activity',
  'list',
] as const

/** What an answer may mean when it is no success. */
export const OUTCOMES = [
  'empty',
  'unknown',
  'permission',
  'throttled',
  'retry',
  'credential',
  'fail',
] as const

/** OAuth 2.0 grants. */
export const GRANTS = [
  'authorization_code',
  'client_credentials',
  'jwt_bearer',
  'refresh_token',
  'password',
  'device_code',
  'token_exchange',
] as const

/** The kinds of auth method. */
export const AUTH_KINDS = ['oauth2', 'login', 'apiKey', 'basic', 'jwt', 'hmac', 'profile', 'none'] as const

/** How bad it is, when a check fails or a detection finds something. */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const
