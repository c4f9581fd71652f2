import { Type } from 'typebox'
import {
  Choice,
  Default,
  Duration,
  Expression,
  Fields,
  List,
  MapOf,
  OneOf,
  Optional,
  Text,
  Word,
} from './field.ts'
import { Request } from './request.ts'
import { AUTH_KINDS, GRANTS } from './words.ts'

const hash = Choice(['sha1', 'sha256', 'sha512'], 'Hash function.')
const sendFields = {
  headers: Optional(
    MapOf(
      Text('send', { about: 'Header value.', secrets: true, example: 'Bearer {{ token }}' }),
      'Headers to add to every request.',
      "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$",
    ),
  ),
  query: Optional(
    MapOf(
      Text('send', { about: 'Parameter value.', secrets: true }),
      'Query parameters to add to every request.',
    ),
  ),
  json: Optional(MapOf(Text('send', { about: 'Value.', secrets: true }), 'Keys to add to every JSON body.')),
}
const send = (fallback: object | undefined) => {
  const field = Fields(sendFields, 'Where the credential goes. `token` is the token; `secrets` may be used.')
  return fallback === undefined ? field : Default(field, fallback)
}
const bearer = { headers: { Authorization: 'Bearer {{ token }}' } }

const jwtFields = {
  algorithm: Default(
    Choice(
      ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA', 'HS256', 'HS384', 'HS512'],
      'Signature algorithm.',
    ),
    'RS256',
  ),
  key: Default(
    Text('credential', { about: 'Private key (PEM, JWK), or the shared secret.', secrets: true }),
    '{{ secrets.private_key }}',
  ),
  keyId: Optional(Text('credential', { about: 'kid of the JOSE header.', secrets: true })),
  issuer: Optional(Text('credential', { about: 'iss', secrets: true })),
  subject: Optional(Text('credential', { about: 'sub, e.g. the delegated user.', secrets: true })),
  audience: Optional(Text('credential', { about: 'aud; the token endpoint when absent.', secrets: true })),
  claims: Optional(MapOf(Text('credential', { about: 'Claim.', secrets: true }), 'Further claims.')),
  lifetime: Default(Duration({ about: 'How long a signed token is valid.' }), '5m'),
}

const tokenAnswer = Fields(
  {
    accessToken: Default(
      Expression('token', 'dyn', { about: 'The access token.' }),
      'response.body.access_token',
    ),
    refreshToken: Default(
      Expression('token', 'dyn', { about: 'The refresh token; when absent the old one stays.' }),
      'response.body.refresh_token',
    ),
    expiresIn: Default(
      Expression('token', 'dyn', { about: 'Seconds it is valid.' }),
      'response.body.expires_in',
    ),
    expiresAt: Optional(
      Expression('token', 'timestamp', { about: 'When it ends, for apps that say so instead.' }),
    ),
    scope: Default(
      Expression('token', 'dyn', { about: 'Scopes granted: a text or a list.' }),
      'response.body.scope',
    ),
  },
  'Where the token answer holds what; RFC 6749 section 5.1 by default.',
)
const params = (about: string) =>
  Optional(MapOf(Text('credential', { about: 'Value.', secrets: true }), about))

const OAuth2 = Fields(
  {
    grant: Choice(
      GRANTS,
      'RFC 6749, RFC 7523 (jwt_bearer), RFC 8628 (device_code), RFC 8693 (token_exchange); refresh_token starts from a token the customer pastes.',
    ),
    authorizationUrl: Optional(
      Text('settings', { about: 'authorization_code: where the customer consents.' }),
    ),
    deviceUrl: Optional(Text('settings', { about: 'device_code: the device authorization endpoint.' })),
    tokenUrl: Text('settings', { about: 'Token endpoint.', example: 'https://auth.northwind.example/token' }),
    refreshUrl: Optional(
      Text('settings', { about: 'Token endpoint for refreshing, where it is another one.' }),
    ),
    revocationUrl: Optional(Text('settings', { about: 'Revocation endpoint (RFC 7009).' })),
    pkce: Default(
      Choice(
        ['S256', 'none'],
        'authorization_code: proof key (RFC 7636). none only where the app refuses it.',
      ),
      'S256',
    ),
    clientAuth: Default(
      Choice(
        ['basic', 'post', 'private_key_jwt', 'client_secret_jwt', 'none'],
        'How the client proves itself at the token endpoint.',
      ),
      'post',
    ),
    scopes: Optional(
      Fields(
        {
          always: Optional(List(Type.String(), 'Asked for in any case.')),
          accounts: Optional(
            List(Type.String(), 'To read accounts, groups, roles, grants, tokens, resources.'),
          ),
          activity: Optional(List(Type.String(), 'To read audit events.')),
          posture: Optional(List(Type.String(), 'To read security settings.')),
          respond: Optional(List(Type.String(), 'To act.')),
        },
        'Scopes per feature: only those of the chosen features are asked for.',
      ),
    ),
    scopeSeparator: Default(Type.String({ description: 'Between scopes.' }), ' '),
    authorizationParams: params('Further parameters of the authorization request.'),
    tokenParams: params('Further parameters of every token request, e.g. audience.'),
    refreshParams: params('Further parameters of the refresh request.'),
    tokenHeaders: params('Further headers of the token request.'),
    tokenBody: Default(Choice(['form', 'json'], 'How the token request is sent.'), 'form'),
    token: Default(tokenAnswer, {}),
    lifetime: Optional(
      Duration({ about: 'How long a token lives when the answer does not say.', example: '1h' }),
    ),
    keep: Optional(
      MapOf(
        Expression('token', 'dyn', {
          about: 'Value, used as grant.NAME.',
          example: 'response.body.instance_url',
        }),
        'Values of the token answer that requests need.',
      ),
    ),
    assertion: Optional(
      Fields(jwtFields, 'jwt_bearer: the assertion; private_key_jwt: the key that signs it.'),
    ),
    subjectToken: Optional(
      Text('credential', { about: 'token_exchange: the token to exchange.', secrets: true }),
    ),
    send: send(bearer),
  },
  'OAuth 2.0. Secrets asked for: client_id and, unless clientAuth is none or private_key_jwt, client_secret; username and password (password); refresh_token (refresh_token); private_key (jwt_bearer, private_key_jwt).',
)

const Login = Fields(
  {
    request: Request('credential', 'The request that answers with a token.'),
    token: Expression('token', 'dyn', { about: 'The token.', example: "response.headers['x-token']" }),
    expires: Optional(
      Expression('token', 'timestamp', {
        about: 'When it ends.',
        example: 'now + duration(string(response.body.ttl) + "s")',
      }),
    ),
    lifetime: Optional(
      Duration({
        about: 'How long it lives when the answer does not say; without both it is used until it is refused.',
      }),
    ),
    keep: Optional(
      MapOf(
        Expression('token', 'dyn', { about: 'Value, used as grant.NAME.' }),
        'Values of the answer that requests need.',
      ),
    ),
    send: send(bearer),
  },
  'A token from an ordinary request.',
)

const Signature = Fields(
  {
    hash,
    key: Text('send', {
      about: 'The shared key; `request` may be used where the app derives a key for each request.',
      secrets: true,
      example: '{{ secrets.key }}',
    }),
    over: Text('send', {
      about:
        'What is signed. `request` has method, host, path, query (sorted, encoded), body, timestamp (Unix seconds), date (RFC 1123) and nonce.',
      secrets: true,
      example: '{{ request.method }}\\n{{ request.path }}',
    }),
    encoding: Default(Choice(['hex', 'base64'], 'How the signature is written.'), 'hex'),
    send: send(undefined),
  },
  'An HMAC over parts of the request; `token` in send is the signature.',
)

/** One way to prove who we are. */
export const Auth = OneOf(
  AUTH_KINDS,
  {
    name: Optional(
      Word('Name, to choose it by and to refer to it; the kind when absent.', { example: 'Service account' }),
    ),
    oauth2: Optional(OAuth2),
    login: Optional(Login),
    apiKey: Optional(
      Fields(
        { send: send({ headers: { Authorization: 'Bearer {{ secrets.key }}' } }) },
        'A fixed key. Secret asked for: key, unless send names others.',
      ),
    ),
    basic: Optional(
      Fields(
        {
          username: Default(
            Text('credential', { about: 'User name.', secrets: true }),
            '{{ secrets.username }}',
          ),
          password: Default(
            Text('credential', { about: 'Password.', secrets: true }),
            '{{ secrets.password }}',
          ),
        },
        'HTTP Basic (RFC 7617).',
      ),
    ),
    jwt: Optional(
      Fields({ ...jwtFields, send: send(bearer) }, 'A JWT we sign ourselves, sent as the token.'),
    ),
    hmac: Optional(Signature),
    profile: Optional(
      Fields(
        {
          name: Choice(
            ['http-message-signatures', 'http-signatures'],
            'http-message-signatures: RFC 9421; with key, keyId, algorithm (hmac-sha256, ed25519), components, label, tag. http-signatures: draft-cavage-http-signatures-12, the older scheme in one Authorization header; with key, keyId, algorithm (rsa-sha256, hmac-sha256), headers, version.',
          ),
          with: Optional(
            MapOf(Text('credential', { about: 'Parameter.', secrets: true }), 'Parameters of the profile.'),
          ),
        },
        'A reviewed signing scheme that no declaration expresses.',
      ),
    ),
    none: Optional(Type.Literal(true, { description: 'No credential.' })),
  },
  'One way to authenticate: exactly one kind.',
)
