import { Type } from 'typebox'
import {
  Choice,
  Count,
  Default,
  Duration,
  Expression,
  Fields,
  List,
  MapOf,
  Optional,
  OrFile,
  RateOf,
  Reference,
  Text,
  Word,
} from './field.ts'
import { Mapping } from './mapping.ts'
import { Before, Decode, Errors, lookupOf, On, Page, Request } from './request.ts'
import { KINDS } from './words.ts'

const Each = Fields(
  {
    stream: Reference('streams', 'The parent: one request (or list) is made for each of its records.'),
    where: Optional(
      Expression('parent', 'bool', {
        about: 'Only for parents for which this holds.',
        example: '!parent.archived',
      }),
    ),
    batch: Optional(
      Count('Parents per request; `parents` is the list of them and `parent` the first.', {
        min: 2,
        max: 1000,
      }),
    ),
    keep: Optional(
      MapOf(
        Expression('parent', 'dyn', { about: 'Value.', example: 'parent.id' }),
        'Values of the parent joined into every record under these names.',
      ),
    ),
  },
  'Fan-out over the records of another stream. Nests; the child has paging, limits and outcomes of its own.',
)

const Window = Fields(
  {
    time: Expression('record', 'dyn', {
      about: 'When the record happened: a timestamp, RFC 3339 text, or Unix seconds or milliseconds.',
      example: 'record.at',
    }),
    lookback: Default(Duration({ about: 'How far the first run goes back.', example: '7d' }), '7d'),
    retention: Optional(
      Duration({
        about:
          'How far back the app can answer at all; an older start is moved up and the gap is reported. An app that refuses an older start needs a little less than it says, 89d for 90 days: the run takes time.',
        example: '7d',
      }),
    ),
    lag: Default(
      Duration({
        about: 'How late the app shows events: the window ends this long before now.',
        example: '2m',
      }),
      '0s',
    ),
    overlap: Default(
      Duration({
        about: 'How far each run reaches back over the last one, to catch events that came late.',
        example: '10m',
      }),
      '5m',
    ),
    maxSpan: Optional(
      Duration({
        about: 'The longest window of one request; a longer one is cut in pieces, oldest first.',
        example: '1d',
      }),
    ),
    advance: Default(
      Choice(
        ['end', 'latest'],
        "end: the next window starts where this one ended. latest: at the latest record's time (apps without an end parameter).",
      ),
      'end',
    ),
  },
  'Incremental by time. window.start and window.end are for the request; the position moves only after the last page of a window.',
)

const Cursor = Fields(
  {
    from: Expression('page', 'dyn', {
      about: 'The new position, from each page; missing or null keeps the old one.',
      example: 'response.body.next_stream_position',
    }),
    first: Optional(
      Text('request', {
        about:
          'The position of the first run; absent means that cursor is missing then, and its parameter is left out.',
      }),
    ),
    save: Default(Choice(['afterLastPage', 'afterEachPage'], 'When the position is kept.'), 'afterLastPage'),
  },
  'Incremental by an opaque position that the app gives: token, delta link, stream position. Used as `cursor`.',
)

const Receive = Fields(
  {
    path: Word('Path below the receiver address.', { pattern: '^/[A-Za-z0-9/_-]*$', example: '/hooks' }),
    verify: Fields(
      {
        hmac: Choice(['sha1', 'sha256', 'sha512'], 'Hash function.'),
        header: Word('Header with the signature.', { example: 'X-Signature' }),
        prefix: Optional(Word('Text before the signature.', { example: 'sha256=' })),
        encoding: Default(Choice(['hex', 'base64'], 'How the signature is written.'), 'hex'),
        secret: Word('Name of the secret.', { example: 'hook' }),
        over: Default(
          Text('receive', { about: 'What was signed.', example: "{{ headers['x-time'] }}.{{ body }}" }),
          '{{ body }}',
        ),
        time: Optional(
          Expression('receive', 'dyn', {
            about: 'When it was sent, signed too: Unix seconds or RFC 3339.',
            example: "headers['x-time']",
          }),
        ),
        tolerance: Default(Duration({ about: 'The oldest accepted delivery.' }), '5m'),
      },
      'The signature check, over the raw body, before anything is parsed.',
    ),
    challenge: Optional(
      Fields(
        {
          when: Expression('receive', 'bool', {
            about: 'True for the question.',
            example: "json.type == 'url_verification'",
          }),
          answer: MapOf(
            Text('receive', { about: 'Value.', example: '{{ json.challenge }}' }),
            'JSON answer.',
          ),
        },
        'How the app proves that the address is ours.',
      ),
    ),
    id: Optional(
      Expression('receive', 'dyn', {
        about: 'Identity of the delivery: a repeated one is not taken twice.',
        example: "headers['x-delivery']",
      }),
    ),
  },
  'The app sends instead of being asked (webhook). records is read from `json`.',
)

const attribute = (about: string) => Expression('record', 'dyn', { about })

/** One kind of record of the app. */
export const Stream = Fields(
  {
    kind: Choice(
      KINDS,
      'accounts, groups, roles, grants, tokens, resources: inventory, read whole. settings: security configuration. activity: events. list: read only to feed other streams.',
    ),
    title: Optional(Word('Name for people.')),
    about: Optional(Word('What it holds and what it needs, for the permission table.')),
    docs: Optional(
      Word("The vendor's page about it, with the day it was read.", {
        example: 'https://docs.northwind.example/audit (2026-11-20)',
      }),
    ),
    when: Optional(
      Expression('settings', 'bool', {
        about: 'The stream exists only when this holds.',
        example: "settings.plan == 'enterprise'",
      }),
    ),
    every: Default(
      Text('settings', {
        about: 'How often it is read: a duration, or a setting that holds one.',
        example: '15m',
      }),
      '1h',
    ),
    scopes: Optional(List(Type.String(), "Scopes this stream needs beyond its feature's.")),
    auth: Optional(Word("Auth method's name, or none; default: the one the customer connected with.")),
    over: Optional(
      MapOf(
        Type.Union([Type.Array(Type.Union([Type.String(), Type.Integer()])), attributeList()], {
          description: 'A list, or a setting that holds one.',
        }),
        'The stream is read once for each value (each combination), with a position of its own: over.NAME.',
      ),
    ),
    each: Optional(Each),
    before: Optional(Before),
    lookup: Optional(MapOf(lookupOf, 'Tables to join from.')),
    request: Optional(Request('request', 'The request of one page.')),
    receive: Optional(Receive),
    decode: Optional(Decode),
    page: Default(Page, { next: 'none' }),
    records: Optional(
      Expression('page', 'dyn', {
        about:
          'The list of records in the answer, or one record; the whole body when this is absent. Null means none; a path that is missing in an answer is an error: write default(…, []) where the app leaves it out.',
        example: 'response.body.entries',
      }),
    ),
    explode: Optional(
      Expression('record', 'dyn', {
        about: 'A list in the record: each element becomes a record, the original stays as `outer`.',
        example: 'record.events',
      }),
    ),
    where: Optional(
      Expression('record', 'bool', {
        about: 'Keeps only records for which this holds; the others are counted.',
      }),
    ),
    key: Optional(
      Expression('record', 'dyn', {
        about:
          'Identity of the record; required except for settings and list. Two records with one key are the same.',
        example: 'record.id',
      }),
    ),
    redact: Optional(
      List(
        Expression('record', 'dyn', {
          about: 'A path whose value is a secret.',
          example: 'record.webhook.secret',
        }),
        'Removed as soon as the record is read.',
      ),
    ),
    window: Optional(Window),
    cursor: Optional(Cursor),
    on: Optional(On),
    errors: Optional(Errors),
    limits: Optional(
      Fields(
        {
          rate: Optional(
            RateOf({ about: "This stream's own allowance, within the connection's.", example: '2000/h' }),
          ),
          pages: Optional(
            Count('The most pages of one list; reaching it is an error, never silent.', { max: 1_000_000 }),
          ),
        },
        'Limits of this stream.',
      ),
    ),
    as: Optional(
      MapOf(
        attribute('Value.'),
        'Inventory: what the record means, e.g. email, name, status, admin, mfa, lastLogin; docs/ocsf.md has the words of each kind, and the values of status and type.',
      ),
    ),
    map: Optional(OrFile(Mapping)),
    samples: Optional(Word('File with recorded answers; default samples/NAME.json.')),
  },
  'One kind of record.',
)

function attributeList() {
  return Expression('settings', 'list', { about: 'A list.', example: 'settings.products' })
}
