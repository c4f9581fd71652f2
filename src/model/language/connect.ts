import { Type } from 'typebox'
import { Auth } from './auth.ts'
import {
  Choice,
  Count,
  Default,
  Duration,
  Expression,
  Fields,
  Flag,
  List,
  MapOf,
  Optional,
  RateOf,
  Text,
  Word,
} from './field.ts'
import { Errors, Request } from './request.ts'

const setting = (about: string) =>
  Fields(
    {
      title: Optional(Word('Label of the form field.')),
      help: Optional(Word('One sentence below the field.')),
      type: Default(
        Choice(
          ['text', 'number', 'boolean', 'choice', 'choices', 'host'],
          "What is asked for. choice: one of options. choices: some of them. host: the host name of the customer's own installation, the only setting that may stand for a whole host.",
        ),
        'text',
      ),
      options: Optional(
        List(
          Type.Union([
            Type.String(),
            Fields(
              { value: Word('What settings.NAME is then.'), title: Word('What the customer sees.') },
              'A value with its label.',
            ),
          ]),
          'choice, choices: the values to choose from.',
        ),
      ),
      pattern: Optional(
        Word('text: an RE2 expression the whole value matches.', { example: '^[a-z0-9-]+$' }),
      ),
      default: Optional(
        Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())], {
          description: 'Used when nothing is given.',
        }),
      ),
      optional: Optional(Flag('May be left empty.')),
      example: Optional(Word('Shown in the empty field, and used to test the manifest.')),
    },
    about,
  )

export const Connect = Fields(
  {
    settings: Optional(
      MapOf(setting('One setting.'), 'What the customer fills in; becomes a form. Used as settings.NAME.'),
    ),
    secrets: Optional(
      MapOf(
        setting('One secret.'),
        'Secrets beyond those the auth kind asks for, or better labels for those. Used as secrets.NAME in auth, headers and bodies only; never with a default.',
      ),
    ),
    hosts: List(
      Text('settings', {
        about:
          'A host name: literal, with {{ settings.NAME }} as a whole label, or with *. for any one label in front; or one whole {{ settings.NAME }} of type host. No IP address, no port.',
        example: '{{ settings.workspace }}.northwind.example',
      }),
      'Every host that is ever called. Nothing else is.',
    ),
    baseUrl: Text('send', {
      about: 'Root of the API, https, without a trailing slash.',
      example: 'https://{{ settings.workspace }}.northwind.example/api/v2',
    }),
    headers: Optional(
      MapOf(
        Text('request', { about: 'Header value.', secrets: true }),
        'Headers of every API request.',
        "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$",
      ),
    ),
    auth: List(Auth, 'Ways to authenticate; the customer chooses one.'),
    check: Fields(
      {
        request: Request('request', 'A harmless request to the app.'),
        expect: Default(
          Expression('answer', 'bool', { about: 'True when the connection works.' }),
          'response.status >= 200 && response.status < 300',
        ),
        scopes: Optional(
          Expression('answer', 'dyn', {
            about: 'The scopes granted, where the app tells them here: a text or a list.',
            example: "response.headers['x-oauth-scopes'].split(', ')",
          }),
        ),
        identity: Optional(
          Expression('answer', 'dyn', {
            about: 'Who the credential belongs to.',
            example: 'response.body.login',
          }),
        ),
      },
      'The request that proves the connection.',
    ),
    errors: Optional(Errors),
    limits: Default(
      Fields(
        {
          rate: Optional(
            RateOf({
              about: 'Requests the app allows, over all streams of one connection; 30 in 10 seconds are 3/s.',
            }),
          ),
          concurrency: Default(Count('Requests under way at once.', { max: 64 }), 4),
          headers: Optional(
            Fields(
              {
                limit: Optional(Word('Header with the allowance.')),
                remaining: Optional(Word('Header with what is left.', { example: 'x-ratelimit-remaining' })),
                reset: Optional(
                  Word('Header that says when it is whole again.', { example: 'x-ratelimit-reset' }),
                ),
                resetUnit: Default(
                  Choice(
                    ['unixSeconds', 'unixMs', 'seconds', 'ms', 'date'],
                    'unixSeconds, unixMs, date: a moment. seconds, ms: a delay.',
                  ),
                  'unixSeconds',
                ),
              },
              'Headers that tell the allowance. Retry-After and RateLimit are read in any case.',
            ),
          ),
          retry: Default(
            Fields(
              {
                on: Default(
                  List(Type.Integer({ minimum: 400, maximum: 599 }), 'Statuses worth another try.'),
                  [408, 425, 429, 500, 502, 503, 504],
                ),
                attempts: Default(
                  Count('Tries in all, before the stream gives up for this run.', { max: 20 }),
                  6,
                ),
                maxWait: Default(
                  Duration({
                    about: 'The longest single wait; a longer one ends the run and is taken up in the next.',
                  }),
                  '15m',
                ),
              },
              'When and how long to try again; waits grow and are spread at random.',
            ),
            {},
          ),
          timeout: Default(Duration({ about: 'For one request, answer included.' }), '60s'),
        },
        'Limits of the app, obeyed by all streams together.',
      ),
      {},
    ),
  },
  'How to reach the app and prove who we are.',
)
