import { Type } from 'typebox'
import { Expression, Fields, List, MapOf, Optional, Text, Word } from './field.ts'

const value = (about: string) => Expression('record', 'dyn', { about })
const group = (about: string) => MapOf(value('Value.'), about)

/** The groups of short attributes; where each lands in OCSF depends on the class (src/ocsf/vocabulary.ts). */
const ATTRIBUTES = {
  time: Optional(
    Expression('record', 'dyn', {
      about: 'When it happened: a timestamp, RFC 3339 text, or Unix seconds or milliseconds.',
      example: 'record.at',
    }),
  ),
  uid: Optional(value("The event's own id; the stream's key when absent.")),
  message: Optional(value('One sentence for people.')),
  actor: Optional(group('Who did it: uid, email, name, type, app …')),
  target: Optional(group('The user it was done to.')),
  source: Optional(group('Where it came from: ip, userAgent …')),
  session: Optional(group('The session.')),
  resource: Optional(group('What it was done to: type, uid, name, url, owner …')),
  app: Optional(group('The OAuth app or application concerned.')),
  group: Optional(group('The group concerned.')),
  device: Optional(group('The device concerned.')),
  service: Optional(group('The service signed in to.')),
  factor: Optional(group('The authentication factor concerned.')),
  privileges: Optional(value('Privileges, roles or scopes given or taken: a list of texts.')),
  changes: Optional(group('before and after.')),
  reason: Optional(value('Why it failed or was refused, in the words of the app.')),
  set: Optional(
    MapOf(
      value('Value.'),
      'Any other OCSF attribute by its path.',
      '^[a-z_][a-z0-9_]*(\\.[a-z0-9_]+|\\[\\d+\\])*$',
    ),
  ),
} as const

const Row = Fields(
  {
    when: Optional(
      Expression('record', 'bool', {
        about: 'The row counts only when this holds; rows of a list are tried in order.',
      }),
    ),
    action: Optional(Word('What happened, in our own words (docs/actions.md).', { example: 'login' })),
    class: Optional(Word("OCSF class; the action's own when absent.", { example: 'authentication' })),
    activity: Optional(
      Word(
        "OCSF activity of the class; the action's own when absent. A word the class does not have becomes Other with that name.",
        { example: 'logon' },
      ),
    ),
    status: Optional(Text('record', { about: 'success, failure or unknown.', example: 'success' })),
    severity: Optional(
      Text('record', { about: 'informational, low, medium, high, critical, fatal. Default informational.' }),
    ),
    ...ATTRIBUTES,
  },
  'What one event of the app means.',
)

/** From the app's event names to OCSF. */
export const Mapping = Fields(
  {
    tables: Optional(
      MapOf(
        Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
          description: 'From value to value.',
          'x-map': { pattern: '.*' },
        }),
        'Look-up tables, used as tables.NAME; with default: lookup(tables.NAME, key, fallback).',
      ),
    ),
    common: Optional(Row),
    by: Optional(
      Expression('record', 'dyn', {
        about: "The app's name of the event; needed with events.",
        example: 'record.event',
      }),
    ),
    events: Optional(
      Type.Record(
        Type.String(),
        Type.Union([Row, List(Row, 'Rows tried in order.')], {
          description: 'One row, or several with when.',
          'x-either': true,
        }),
        { description: 'One line for each event name.', 'x-map': { pattern: '.*' } },
      ),
    ),
    otherwise: Optional(Row),
  },
  'A total, ordered table from the event name to OCSF. What no line names goes to otherwise and is counted as unmapped; nothing is dropped.',
)
