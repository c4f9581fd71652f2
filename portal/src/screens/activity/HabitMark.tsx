import { Badge, Group, Text, Tooltip } from '@mantine/core'
import type { Habits } from '../../api/client.generated.ts'
import { formatCount, formatTime } from '../../parts/time.ts'

type Habit = Habits['habits'][number]

/** How often the user had this value before; quiet where it is nothing new. */
export function HabitMark({ habit }: { readonly habit: Habit }) {
  const { verdict, count, of } = habit
  if (verdict === 'unknown')
    return (
      <Text size="xs" c="dimmed">
        not enough history
      </Text>
    )
  const often =
    count === 0 ? `never in ${formatCount(of)} events` : `${formatCount(count)} of ${formatCount(of)} events`
  const seen = seenOf(habit)
  return (
    <Group gap={6} mt={2}>
      {verdict === 'uncommon' && <Badge color="rope">uncommon</Badge>}
      <Tooltip
        label={seen}
        disabled={seen === ''}
        multiline
        events={{ hover: true, focus: true, touch: true }}
      >
        <Text size="xs" c="dimmed" className="numbers" {...(seen !== '' && { tabIndex: 0 })}>
          {often}
        </Text>
      </Tooltip>
    </Group>
  )
}

function seenOf({ firstSeen, lastSeen }: Habit): string {
  if (firstSeen === undefined || lastSeen === undefined) return ''
  return firstSeen === lastSeen
    ? `seen ${formatTime(firstSeen)}`
    : `first seen ${formatTime(firstSeen)}, last seen ${formatTime(lastSeen)}`
}
