import { Group, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import type { Stream } from '../../api/client.generated.ts'
import { useNow } from '../../parts/Moment.tsx'
import { formatCount, formatDuration } from '../../parts/time.ts'

/** The first reading of everything, live: how far, how much, how long still. Gone when every stream was read once. */
export function FirstSync({ streams }: { readonly streams: readonly Stream[] }) {
  const wanted = streams.filter(
    ({ isEnabled, state, receivedSince }) => isEnabled && state !== 'blocked' && receivedSince === undefined,
  )
  const unread = wanted.filter(({ lastSuccessAt }) => lastSuccessAt === undefined)
  if (unread.length === 0) return null
  const done = wanted.length - unread.length
  const parts = unread.reduce((sum, { running }) => sum + (running?.progress ?? 0), 0)
  const percent = ((done + parts) / wanted.length) * 100
  const slowest = Math.max(0, ...unread.map(({ running }) => running?.remainingMs ?? 0))
  const events = streams.reduce((sum, stream) => sum + stream.events, 0)
  return (
    <Paper data-testid="first-sync">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>First sync</Title>
          <Text size="sm" c="dimmed" className="numbers" aria-live="polite">
            {formatCount(events)} records · {done} of {wanted.length} streams done
            {slowest > 5_000 ? ` · about ${formatDuration(slowest)} left` : ''}
          </Text>
        </Group>
        <Progress
          value={percent}
          animated
          size="lg"
          aria-label={`First sync: ${Math.round(percent)} percent`}
        />
        <Stack gap={6}>
          {unread
            .filter(({ running }) => running !== undefined)
            .map((stream) => (
              <Line key={stream.name} stream={stream} />
            ))}
        </Stack>
      </Stack>
    </Paper>
  )
}

function Line({ stream }: { readonly stream: Stream }) {
  const now = useNow()
  const { running } = stream
  if (running === undefined) return null
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" className="mono clip" w={160}>
        {stream.name}
      </Text>
      <Progress
        flex={1}
        value={running.progress === undefined ? 100 : running.progress * 100}
        animated={running.progress === undefined}
        striped={running.progress === undefined}
        aria-label={stream.name}
      />
      <Text size="xs" c="dimmed" className="numbers" w={150} ta="right">
        {formatCount(running.records)} records,{' '}
        {formatDuration(Math.max(0, now - Date.parse(running.startedAt)))}
      </Text>
    </Group>
  )
}
