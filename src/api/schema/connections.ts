import Type, { type Static } from 'typebox'
import {
  count,
  FaultShape,
  free,
  named,
  object,
  oneOf,
  optional,
  PageQuery,
  text,
  texts,
  time,
} from './common.ts'

const STATUS = ['connecting', 'active', 'paused', 'needs_reauth', 'disconnected'] as const
const HEALTH = ['good', 'syncing', 'attention', 'failing', 'silent', 'off'] as const
const FEATURES = ['accounts', 'activity', 'posture', 'respond'] as const

export const ConnectionShape = named('Connection', {
  id: text('Identifier.'),
  app: object({ id: Type.String(), name: Type.String() }),
  name: text('Name of this instance.'),
  status: oneOf(STATUS, 'Where the connection stands.'),
  health: oneOf(HEALTH, 'The worst of its streams.'),
  features: Type.Array(oneOf(FEATURES, 'Chosen feature.')),
  scopesRequested: Type.Array(Type.String()),
  scopesGranted: optional(Type.Array(Type.String())),
  missing: Type.Array(object({ feature: Type.String(), scopes: Type.Array(Type.String()) }), {
    description: 'Chosen features for which permissions were not granted.',
  }),
  authMethod: optional(Type.String()),
  settings: free('As given.'),
  secretNames: Type.Array(Type.String(), { description: 'Secrets kept; their values cannot be read.' }),
  identity: optional(text('Whom the app says we are.')),
  credentialExpiresAt: optional(time('When the credential ends for good.')),
  fault: optional(FaultShape),
  streams: object({
    total: count('Enabled streams.'),
    failing: count('Streams with a fault.'),
    running: count('Streams being read.'),
  }),
  events: count('Events collected.'),
  lastEventAt: optional(time('Newest event.')),
  createdBy: Type.String(),
  createdAt: time('When it was made.'),
})

export const NewConnectionShape = named('NewConnection', {
  app: text('App id.', { minLength: 1, maxLength: 64 }),
  name: text('Name of this instance.', { minLength: 1, maxLength: 200 }),
  features: Type.Array(oneOf(FEATURES, 'Feature.'), { minItems: 1, uniqueItems: true }),
  authMethod: optional(text('One of the app’s methods; the first when absent.')),
  settings: free('Values of the settings.'),
  secrets: optional(texts('Values of the secrets: never read back.', 65_536)),
  credentialExpiresAt: optional(time('When the credential ends, where you know it.')),
})

export const ConnectionChangeShape = named('ConnectionChange', {
  name: optional(text('New name.', { minLength: 1, maxLength: 200 })),
  features: optional(Type.Array(oneOf(FEATURES, 'Feature.'), { minItems: 1, uniqueItems: true })),
  settings: optional(free('All settings anew. A change of hosts erases the credential.')),
  secrets: optional(texts('Values of the secrets: never read back.', 65_536)),
  credentialExpiresAt: optional(time('When the credential ends.')),
})

/** A code that a person types into the app, on any device (RFC 8628). */
export const ConsentCodeShape = named('ConsentCode', {
  userCode: text('What the person types.'),
  verificationUrl: text('Where: an address of the app.'),
  verificationUrlComplete: optional(text('The same with the code in it.')),
  expiresAt: time('When the code ends.'),
  intervalMs: count('How often it is worth asking what came of it, milliseconds.'),
})

/** What connecting asks of the customer next. */
export const NextStepShape = named('NextStep', {
  connection: ConnectionShape,
  step: oneOf(
    ['consent', 'secrets', 'failed', 'done'] as const,
    'Open `url` and consent, or type the `code`; give the named secrets anew; mend what `fault` says and test again; or nothing.',
  ),
  url: optional(text('The app’s consent page.')),
  code: optional(ConsentCodeShape),
  names: optional(Type.Array(Type.String(), { description: 'Secrets to be given anew.' })),
  fault: optional(FaultShape),
})

export const DisconnectedShape = named('Disconnected', {
  connection: ConnectionShape,
  revocation: oneOf(
    ['done', 'not_offered', 'failed'] as const,
    'Whether the app took its grant back. not_offered, failed: take it back in the app itself.',
  ),
})

export const TestResultShape = named('TestResult', {
  ok: Type.Boolean(),
  identity: optional(Type.String()),
  fault: optional(FaultShape),
})

export const RunningShape = named('Running', {
  runId: Type.String(),
  startedAt: time('Since when.'),
  pages: count('Pages read.'),
  records: count('Records read.'),
  events: count('Events kept.'),
  /** 0 to 1 where the span read is known. */
  progress: optional(Type.Number({ minimum: 0, maximum: 1 })),
  remainingMs: optional(count('Estimate, milliseconds.')),
})

/** What is set in an app that delivers a stream. */
export const HookShape = named('Hook', {
  url: text('Where the app delivers to.'),
  secret: object({
    name: text('The secret of the connection that deliveries are signed with.'),
    title: text('What the app calls it.'),
    help: optional(text('Where it is found.')),
    isSet: Type.Boolean({ description: 'Without it no delivery is taken. Its value cannot be read.' }),
  }),
  about: optional(text('What the app delivers.')),
  docs: optional(text('The vendor’s page about it.')),
})

export const StreamShape = named('Stream', {
  name: text('Name.'),
  kind: text('accounts, activity, settings …'),
  feature: text('The feature it belongs to.'),
  state: oneOf(['waiting', 'running', 'failed', 'blocked'] as const, 'blocked: a person must act first.'),
  isEnabled: Type.Boolean(),
  everyMs: count('How often it is read, milliseconds.'),
  lastRunAt: optional(time('Last attempt.')),
  lastSuccessAt: optional(time('Last complete run.')),
  nextRunAt: optional(time('Next attempt; absent for what the app delivers.')),
  receivedSince: optional(
    time(
      'Since when deliveries of the app are taken. Only of a stream that the app delivers instead of being asked; lastSuccessAt is its last delivery.',
    ),
  ),
  hook: optional(HookShape),
  lastEventAt: optional(time('Newest event.')),
  providerDelayMs: optional(count('How late the app showed its newest events, milliseconds.')),
  lagMs: optional(count('How much later than planned we asked, milliseconds.')),
  isComplete: optional(Type.Boolean({ description: 'The last run read everything; absent: not known.' })),
  records: count('Records read.'),
  events: count('Events kept.'),
  quarantined: count('Records set aside and not replayed yet.'),
  unmapped: count('Events whose name no line of the mapping names.'),
  quota: optional(
    object({
      limit: optional(Type.Number()),
      remaining: optional(Type.Number()),
      resetAt: optional(time('When it is full again.')),
    }),
  ),
  silentSince: optional(time('No event since, longer than usual.')),
  fault: optional(FaultShape),
  running: optional(RunningShape),
})

export const RunShape = named('Run', {
  id: Type.String(),
  stream: Type.String(),
  reason: oneOf(['schedule', 'first', 'person', 'backfill', 'replay'] as const, 'Why it ran.'),
  state: oneOf(['running', 'done', 'failed', 'interrupted'] as const, 'How it ended.'),
  startedAt: time('Start.'),
  endedAt: optional(time('End.')),
  requests: count('Requests sent.'),
  bytes: count('Bytes received.'),
  pages: count('Pages read.'),
  records: count('Records read.'),
  events: count('Events kept.'),
  quarantined: count('Records set aside.'),
  unmapped: free('Event names that no line names, with how often.'),
  waitedMs: count('Time spent waiting for the app’s limits, milliseconds.'),
  notices: Type.Array(free('What a person watching would want to know.')),
  fault: optional(FaultShape),
})
export const RunsQuery = object({ ...PageQuery, stream: optional(text('Only this stream.')) })

export const QuarantinedShape = named('Quarantined', {
  id: Type.String(),
  stream: Type.String(),
  key: optional(Type.String()),
  code: Type.String(),
  message: text('Why it could not become an event.'),
  record: optional(Type.Unknown({ description: 'The record as received; on the single item only.' })),
  createdAt: time('When it was set aside.'),
  replayedAt: optional(time('When it became an event after all.')),
})

export const BackfillShape = named('Backfill', { from: time('Read again from here on.') })
export type Connection = Static<typeof ConnectionShape>
export type Stream = Static<typeof StreamShape>
export type Run = Static<typeof RunShape>

export const StreamChangeShape = named('StreamChange', {
  isEnabled: optional(Type.Boolean({ description: 'Whether it is read.' })),
})
export const ReplayShape = named('Replay', {
  ids: optional(
    Type.Array(Type.String({ maxLength: 64 }), {
      minItems: 1,
      maxItems: 1000,
      description: 'Only these; all when absent.',
    }),
  ),
})
export const ReplayedShape = named('Replayed', {
  replayed: count('Records that are events now.'),
  stillFailing: count('Records that stay in quarantine.'),
})
