import { Badge, Text, Tooltip } from '@mantine/core'
import type { Stream } from '../../api/client.generated.ts'
import { Health, type HealthWord } from '../../parts/Health.tsx'
import { Moment } from '../../parts/Moment.tsx'

/** How a stream is, in the words that its connection has, too. */
export function StreamState({ stream }: { readonly stream: Stream }) {
  if (stream.running !== undefined && stream.fault === undefined)
    return (
      <Badge color="water">
        Reading
        {stream.running.progress === undefined ? '' : ` ${Math.round(stream.running.progress * 100)} %`}
      </Badge>
    )
  const health = healthOf(stream)
  if (health === undefined)
    return stream.receivedSince === undefined ? (
      <Badge color="gray">Waiting</Badge>
    ) : (
      <>
        <Badge color="gray">Waiting for first delivery</Badge>
        <Text size="xs" c="dimmed">
          since <Moment at={stream.receivedSince} inherit />
        </Text>
      </>
    )
  const about = ABOUT[health]
  if (about === undefined) return <Health health={health} />
  return (
    <Tooltip label={about}>
      <Text span tabIndex={0}>
        <Health health={health} />
      </Text>
    </Tooltip>
  )
}

const ABOUT: Readonly<Partial<Record<HealthWord, string>>> = {
  silent: 'No event for longer than is usual for this stream',
  attention: 'It failed and is tried again',
  failing: 'It is not tried again before somebody acts',
}

/** Nothing while it was never read: not known is not good. */
export function healthOf(stream: Stream): HealthWord | undefined {
  const { fault, state, isEnabled, silentSince, lastSuccessAt } = stream
  if (!isEnabled) return 'off'
  if (fault !== undefined) return state === 'blocked' ? 'failing' : 'attention'
  if (silentSince !== undefined) return 'silent'
  return lastSuccessAt === undefined ? undefined : 'good'
}
