import { Type } from 'typebox'
import {
  Choice,
  Count,
  Default,
  Expression,
  Fields,
  Flag,
  List,
  MapOf,
  OneOf,
  Optional,
  Reference,
  type ScopeName,
  Text,
  Tree,
  Variants,
  Word,
} from './field.ts'
import { METHODS, OUTCOMES } from './words.ts'

// Code that runs imports words.ts: this file costs the time of loading typebox.
export { METHODS } from './words.ts'

const path = (scope: ScopeName, method: string) =>
  Optional(
    Text(scope, {
      about: `Sends ${method.toUpperCase()} to this path below baseUrl, or to this absolute URL on a declared host. Values put in by {{ }} are percent-encoded as one path segment, except where the whole path is one {{ }}.`,
      example: method === 'get' ? '/users' : '/search',
    }),
  )

/** One HTTP request: a method with its path, then what goes with it. */
export const Request = (scope: ScopeName, about: string) =>
  OneOf(
    METHODS,
    {
      get: path(scope, 'get'),
      post: path(scope, 'post'),
      put: path(scope, 'put'),
      patch: path(scope, 'patch'),
      delete: path(scope, 'delete'),
      query: Optional(
        MapOf(
          Text(scope, {
            about:
              'Query parameter. A {{ }} whose value is missing or null leaves the parameter out; a list repeats it.',
            example: "{{ format(window.start, 'iso') }}",
            // Some apps log in by parameters; everywhere else an address is written to logs.
            ...(scope === 'credential' ? { secrets: true } : {}),
          }),
          'Query parameters, percent-encoded. Secrets only in the request of login.',
          '^[^\\s&=#]{1,128}$',
        ),
      ),
      headers: Optional(
        MapOf(
          Text(scope, { about: 'Header value; missing or null leaves it out.', secrets: true }),
          'Request headers. Those that HTTP needs (Host, Content-Length, Connection …), Cookie, Forwarded, X-Forwarded-* and Proxy-* are refused.',
          "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$",
        ),
      ),
      json: Optional(
        Tree(scope, {
          about:
            "JSON body: a tree that keeps types. A value that is one {{ }} keeps its type; where it is missing the key is left out. format() gives a text: a number is int(format(window.start, 'unixMs')).",
          example: { from: '{{ page.offset }}', size: 500 },
        }),
      ),
      form: Optional(
        MapOf(
          Text(scope, { about: 'Form field.', secrets: true }),
          'Body as application/x-www-form-urlencoded.',
          '^[^\\s]{1,128}$',
        ),
      ),
      text: Optional(Text(scope, { about: 'Body as text; set Content-Type in headers.', secrets: true })),
      auth: Optional(
        Word(
          'The credential to send: the name of an auth method, or none (signed URLs). Default: the one the customer connected with.',
          { example: 'none' },
        ),
      ),
    },
    about,
  )

const target = Word('Where the value is sent: query.NAME, body.PATH (dots for nested keys) or header.NAME.', {
  pattern: '^(query|body|header)\\..+$',
  example: 'query.cursor',
})
const stop = Optional(
  Expression('page', 'bool', {
    about: 'Ends the list when true, looked at after each page.',
    example: 'response.body.has_more == false',
  }),
)
const size = (about: string) => Count(about, { max: 10_000 })
const onlyPaging = Optional(
  Flag('Follow-up requests carry only the paging parameter, not the other query parameters.'),
)
const resend = Optional(
  Flag("Adds the first request's query parameters to the next address where it lacks them."),
)

const way = <const Word extends string>(word: Word) =>
  Type.Literal(word, { description: 'The way to the next page.' })

/** How a list is split into pages. */
export const Page = Variants(
  'next',
  [
    Fields({ next: way('none') }, 'One answer holds the whole list.'),
    Fields(
      {
        next: way('link'),
        rel: Default(Word('Relation to follow.'), 'next'),
        resend,
        stop,
        size: Optional(size('Records in a full page.')),
      },
      'The Link response header names the next page (RFC 8288).',
    ),
    Fields(
      {
        next: way('url'),
        from: Expression('page', 'dyn', {
          about: 'Address of the next page, absolute or relative; missing, null or empty ends the list.',
          example: 'response.body.links.next',
        }),
        resend,
        stop,
        size: Optional(size('Records in a full page.')),
      },
      'The answer holds the address of the next page.',
    ),
    Fields(
      {
        next: way('token'),
        from: Expression('page', 'dyn', {
          about: 'Token of the next page; missing, null or empty ends the list.',
          example: 'response.body.next_cursor',
        }),
        to: target,
        onlyPaging,
        stop,
        size: Optional(size('Records in a full page.')),
      },
      'The answer holds a token that the next request sends.',
    ),
    Fields(
      {
        next: way('offset'),
        to: target,
        start: Default(Count('First offset.', { min: 0 }), 0),
        size: size('Records in a full page; a shorter page ends the list.'),
        total: Optional(
          Expression('page', 'dyn', {
            about: 'Number of records in the whole list; reaching it ends the list.',
            example: 'response.body.total',
          }),
        ),
        stop,
      },
      'The next request sends how many records to skip.',
    ),
    Fields(
      {
        next: way('page'),
        to: target,
        start: Default(Count('Number of the first page.', { min: 0 }), 1),
        size: Optional(size('Records in a full page; a shorter page ends the list.')),
        total: Optional(
          Expression('page', 'dyn', {
            about: 'Number of records in the whole list.',
            example: 'response.body.total',
          }),
        ),
        pages: Optional(
          Expression('page', 'dyn', {
            about: 'Number of pages in the whole list.',
            example: 'response.body.page_count',
          }),
        ),
        stop,
      },
      'The next request sends a page number.',
    ),
    Fields(
      {
        next: way('last'),
        from: Expression('record', 'dyn', {
          about: "Taken from the page's last record.",
          example: 'record.id',
        }),
        to: target,
        size: Optional(size('Records in a full page; a shorter page ends the list.')),
        stop,
      },
      'The next request sends a value of the last record (keyset).',
    ),
    Fields(
      {
        next: way('repeat'),
        stop: Optional(
          Expression('page', 'bool', {
            about: 'Ends the list when true; without it an empty page ends it.',
            example: 'response.status == 204',
          }),
        ),
        size: Optional(size('Records in a full page.')),
      },
      "The same request is sent again, with the stream's cursor moved on, until nothing more comes (queues and feeds).",
    ),
  ],
  'How the list is split into pages. A repeated token, a repeated page, and a full page without a next one are noticed.',
)

const outcome = (about: string) =>
  Choice(
    OUTCOMES,
    `${about} empty: no records. unknown: no answer can be had, said so wherever it is used. permission: a scope is missing. throttled: wait as long as Retry-After says or ours, with all streams, then again. retry: again after a wait of ours. credential: the token is no longer accepted. fail: stop the stream.`,
  )

export const On = MapOf(
  outcome('What the status means.'),
  'What an HTTP status means, e.g. 404: empty. Keys: a status or a class such as 5xx.',
  '^([1-5]\\d\\d|[1-5]xx)$',
)

export const Errors = List(
  Fields(
    {
      when: Expression('answer', 'bool', {
        about: 'True when the answer is this error, whatever its status.',
        example: 'response.body.ok == false',
      }),
      is: outcome('What it means.'),
      message: Optional(
        Expression('answer', 'dyn', { about: 'What the app says about it.', example: 'response.body.error' }),
      ),
    },
    'One error.',
  ),
  'Errors told by the answer itself, in order; the first that holds counts. Looked at before the status: where an app sends the same body with 401 or 429, add response.status == 200 to the condition. A condition that has no value does not hold.',
)

export const Decode = Fields(
  {
    as: Choice(
      ['json', 'ndjson', 'csv', 'xml', 'text'],
      'json: as sent. ndjson: response.body is the list of lines. csv: the list of rows as objects. xml: nested objects, attributes as @name, text as #text. text: a string.',
    ),
    gzip: Optional(Flag('The file itself is gzip, whatever the headers say.')),
    delimiter: Optional(Word('csv: the separator.', { example: ';' })),
    columns: Optional(List(Type.String(), 'csv: column names, when the first row does not hold them.')),
    lists: Optional(List(Type.String(), 'xml: elements that are lists even when one stands alone.')),
  },
  'How the body is read. Content-Encoding gzip, deflate and br are undone by themselves; sizes are counted after that.',
)

/** A request before the stream's own, whose answer that uses. */
export const Before = Fields(
  {
    request: Request('request', 'The request.'),
    keep: Optional(
      MapOf(
        Expression('answer', 'dyn', { about: 'Value, used as before.NAME.', example: 'response.body.id' }),
        'Values of its answer.',
      ),
    ),
    on: Optional(On),
  },
  'A request sent before each list of the stream is read: once a run, or once for each window and parent (start a subscription, create a query).',
)

export const lookupOf = Fields(
  {
    stream: Reference('streams', 'The stream whose records are looked up.'),
    key: Expression('record', 'dyn', {
      about: 'The key, from a record of that stream.',
      example: 'record.id',
    }),
    value: Optional(
      Expression('record', 'dyn', {
        about: 'The value; the whole record when absent.',
        example: 'record.email',
      }),
    ),
  },
  'A table to join from: lookup.NAME[key].',
)
