import { Type } from 'typebox'
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
  Reference,
  Text,
  Word,
} from './field.ts'
import { Request } from './request.ts'
import { SEVERITIES } from './words.ts'

const severity = Choice(SEVERITIES, 'How bad it is.')
const links = List(Word('Address, with the day it was read.'), 'Sources.')
const on = Type.Union([Type.String(), Type.Array(Type.String())])

/** Is it configured safely? Three answers: pass, fail, unknown. */
export const Check = Fields(
  {
    title: Word('What holds when it passes.', { example: 'Single sign-on is required for all members' }),
    severity,
    why: Optional(Word('What an attacker gains when it does not hold.')),
    reads: Optional(
      List(
        Reference('streams', 'A settings stream.'),
        'Settings streams it reads, each used by its name; any of them missing makes the result unknown.',
      ),
    ),
    each: Optional(Reference('streams', 'Judged once for every record of this stream, as record.')),
    where: Optional(
      Expression('checkEach', 'bool', {
        about:
          "Only these records are judged. record is the stream's record with the words of its `as` laid over it.",
        example: "record.admin && record.status == 'active'",
      }),
    ),
    inputs: Optional(
      List(
        Expression('check', 'dyn', { about: 'A value the verdict rests on.', example: 'org.sso.mode' }),
        'Values that must be there and not null before pass is looked at; the paths in pass when absent.',
      ),
    ),
    pass: Expression('check', 'bool', {
      about: 'True when it is safe.',
      example: "org.sso.mode == 'required'",
    }),
    onEmpty: Default(
      Choice(['pass', 'fail', 'unknown', 'notApplicable'], 'What no records mean.'),
      'unknown',
    ),
    absent: Optional(
      Fields(
        {
          value: Choice(['pass', 'fail'], 'Verdict.'),
          source: Word('Where the vendor documents the default, with the day it was read.'),
        },
        "A missing input means the vendor's documented default.",
      ),
    ),
    entity: Optional(
      Fields(
        {
          type: Word('What is judged.'),
          key: Expression('checkEach', 'dyn', { about: 'Its identity.' }),
          name: Optional(Expression('checkEach', 'dyn', { about: 'Its name.' })),
        },
        'each: how a record is named in the evidence.',
      ),
    ),
    parameters: Optional(
      MapOf(
        Fields(
          {
            default: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())], {
              description: 'Used until the customer changes it.',
            }),
            title: Optional(Word('Label.')),
            min: Optional(Type.Number({ description: 'The least a customer may choose.' })),
            max: Optional(Type.Number({ description: 'The most a customer may choose.' })),
          },
          'One parameter.',
        ),
        'Thresholds a customer may change: parameters.NAME.',
      ),
    ),
    remediate: Optional(
      Fields(
        {
          text: Word('What to do, step by step.'),
          url: Optional(Text('settings', { about: "The app's own page." })),
          action: Optional(Reference('actions', 'The action that does it.')),
          impact: Optional(Word('What users will notice.')),
        },
        'How to put it right.',
      ),
    ),
    frameworks: Optional(
      MapOf(List(Type.String(), 'Controls.'), 'Controls it serves, by framework.', '^[a-z0-9.-]+$'),
    ),
    changedBy: Optional(
      List(
        Word('Event name of the app, or an action.'),
        'Events that change it: who did it is found by them.',
      ),
    ),
    docs: Optional(links),
    tests: Optional(
      List(
        Fields(
          {
            about: Word('What is shown.'),
            given: Type.Record(Type.String(), Type.Unknown(), {
              description: 'Stream name to record (reads) or list of records (each).',
              'x-map': { pattern: '.*' },
            }),
            now: Optional(
              Word('When it is judged; 2030-01-01T00:00:00Z when absent, so that a case never grows old.', {
                pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$',
                example: '2026-11-20T00:00:00Z',
              }),
            ),
            gives: Choice(['pass', 'fail', 'unknown', 'notApplicable'], 'The verdict.'),
          },
          'One case.',
        ),
        'Cases, judged when the manifest is checked: at least one that passes and one that fails. Records of each are given as the check sees them, with the words of as.',
      ),
    ),
  },
  'A posture check.',
)

/** What can be done in the app. */
export const Action = Fields(
  {
    verb: Choice(
      [
        'account.suspend',
        'account.restore',
        'account.delete',
        'session.revoke',
        'password.reset',
        'mfa.reset',
        'token.revoke',
        'grant.revoke',
        'role.remove',
        'member.remove',
        'share.remove',
        'app.disable',
        'app.enable',
        'setting.set',
        'resource.quarantine',
        'resource.restore',
        'other',
      ],
      'What it does; label, icon, permission and confirmation come with it.',
    ),
    title: Optional(Word('Name for people, when the verb does not say enough.')),
    on: Choice(
      ['account', 'group', 'role', 'grant', 'token', 'resource', 'setting', 'app'],
      'What it acts on; used under this name in the request.',
    ),
    input: Optional(
      MapOf(
        Fields(
          {
            title: Optional(Word('Label.')),
            type: Default(Choice(['text', 'number', 'boolean'], 'Type.'), 'text'),
            default: Optional(
              Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
                description: 'Filled in beforehand.',
              }),
            ),
          },
          'One input.',
        ),
        'What the person fills in: input.NAME.',
      ),
    ),
    scopes: Optional(List(Type.String(), "Scopes it needs beyond the feature's.")),
    request: Request('action', 'The request that does it.'),
    expect: Default(
      Expression('actionAnswer', 'bool', { about: 'True when it was accepted.' }),
      'response.status >= 200 && response.status < 300',
    ),
    idempotent: Default(
      Flag('Doing it twice is doing it once, so that an unknown outcome may be tried again.'),
      false,
    ),
    verify: Fields(
      {
        request: Request('action', 'Reads the state back; never the request of the action again.'),
        expect: Expression('actionAnswer', 'bool', { about: 'True when it took effect.' }),
        within: Default(Duration({ about: 'How long the app may take.' }), '1m'),
      },
      'How we know that it took effect; every action has it.',
    ),
    revert: Optional(Reference('actions', 'The action that undoes it.')),
    irreversible: Optional(Flag('Nothing undoes it; said instead of revert.')),
    docs: Optional(Word("The vendor's page, with the day it was read.")),
  },
  'An action of response.',
)

const keys = (about: string) =>
  List(Expression('event', 'dyn', { about: 'Value.', example: 'event.actor.user.uid' }), about)
const within = Duration({ about: 'Over what time.', example: '10m' })

/** What looks like an attack. */
export const Detection = Fields(
  {
    title: Word('What was seen.'),
    why: Word('Why it matters, and what is normal.'),
    severity,
    confidence: Default(Choice(['low', 'medium', 'high'], 'How often it is right.'), 'medium'),
    status: Default(Choice(['experimental', 'stable'], 'Maturity.'), 'experimental'),
    attack: Optional(List(Type.String({ pattern: '^T\\d{4}(\\.\\d{3})?$' }), 'MITRE ATT&CK techniques.')),
    on: Type.Unsafe<string | string[]>({ ...on, description: 'Actions it looks at (docs/actions.md).' }),
    where: Optional(
      Expression('event', 'bool', {
        about: 'Further condition on the OCSF event.',
        example: 'event.actor.user.type_id == 2',
      }),
    ),
    threshold: Optional(
      Fields(
        {
          count: Count('How many.'),
          distinct: Optional(Expression('event', 'dyn', { about: 'Counted once for each value.' })),
          within,
          by: keys('For each.'),
        },
        'Many in a short time; sliding, event time, first crossing.',
      ),
    ),
    sequence: Optional(
      Fields(
        {
          steps: List(
            Fields(
              {
                on: Type.Unsafe<string | string[]>({ ...on, description: 'Actions.' }),
                where: Optional(Expression('event', 'bool', { about: 'Condition.' })),
                absent: Optional(Flag('This step must not happen.')),
              },
              'One step.',
            ),
            'In this order.',
          ),
          within,
          by: keys('For the same.'),
        },
        'One after the other.',
      ),
    ),
    firstSeen: Optional(
      Fields(
        {
          of: keys('Values never seen before.'),
          by: keys('For the same.'),
          within: Default(within, '30d'),
          learn: Default(Duration({ about: 'Quiet at first for this long.' }), '7d'),
        },
        'Something new.',
      ),
    ),
    rare: Optional(
      Fields(
        {
          of: keys('Values.'),
          by: keys('For the same.'),
          within: Default(within, '30d'),
          below: Default(Count('Seen on fewer days than this.'), 3),
        },
        'Something rare.',
      ),
    ),
    baseline: Optional(
      Fields(
        {
          per: Default(Duration({ about: 'Counted per this time.' }), '1h'),
          by: keys('For each.'),
          deviation: Default(Type.Number({ minimum: 1, description: 'Robust z-score.' }), 3.5),
          floor: Default(Count('Never below this many.'), 10),
          learn: Default(Duration({ about: 'Quiet at first for this long.' }), '10d'),
        },
        'Far more than usual.',
      ),
    ),
    travel: Optional(
      Fields(
        {
          by: keys('For the same.'),
          kmPerHour: Default(
            Type.Number({ minimum: 100, description: 'Faster than this is impossible.' }),
            900,
          ),
          minKm: Default(Type.Number({ minimum: 0, description: 'Shorter distances do not count.' }), 500),
        },
        'In two places at once.',
      ),
    ),
    key: Optional(keys('The same cause twice is one finding.')),
    fold: Default(Duration({ about: 'Findings with one key within this time are one.' }), '1h'),
    falsePositives: Optional(List(Word('Case.'), 'What looks alike and is not.')),
    triage: Optional(Word('What to look at first.')),
    respond: Optional(List(Reference('actions', 'An action.'), 'Actions to propose.')),
    docs: Optional(links),
    tests: Optional(
      List(
        Fields(
          {
            about: Word('What is shown.'),
            events: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
              description: 'OCSF events, in the order of their time.',
            }),
            finds: Type.Boolean({ description: 'Whether it must be found.' }),
          },
          'One case.',
        ),
        'Cases: at least two that are found and two that are not.',
      ),
    ),
  },
  'A detection: at most one of threshold, sequence, firstSeen, rare, baseline, travel; none of them judges single events.',
  { 'x-at-most-one-of': ['threshold', 'sequence', 'firstSeen', 'rare', 'baseline', 'travel'] },
)
