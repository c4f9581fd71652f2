import type { Webhook } from '../../api/client.generated.ts'

export type Topic = Webhook['topics'][number]

/** What an address can be told of. */
export const TOPICS: Readonly<Record<Topic, string>> = {
  'connection.changed': 'A connection was made, changed, paused or lost its consent',
  'stream.failed': 'A stream could not be read',
  'stream.recovered': 'A stream is read again',
  'stream.silent': 'A stream has no event for longer than usual',
  'export.done': 'An export is ready',
}
