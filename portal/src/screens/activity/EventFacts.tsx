import { Anchor, Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ActivityDetail, Habits } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { Facts } from '../../parts/Facts.tsx'
import type { Field } from './filter.ts'
import { HabitMark } from './HabitMark.tsx'
import { useValueName } from './useValueName.ts'

type Fact = readonly [label: string, field: Field, of: (event: ActivityDetail) => string]

const FACTS: readonly Fact[] = [
  ['User', 'actor', (event) => event.actorEmail || event.actorName || event.actorUid],
  ['User type', 'actorType', (event) => event.actorType],
  ['Action', 'action', (event) => event.action],
  ['In the app', 'eventCode', (event) => event.eventCode],
  ['Class', 'class', (event) => event.className],
  ['Outcome', 'status', (event) => event.status],
  ['Object', 'target', (event) => event.targetName || event.targetUid],
  ['Item', 'resource', (event) => event.resourceName || event.resourceUid],
  ['Item type', 'resourceType', (event) => event.resourceType],
  ['IP address', 'ip', (event) => event.ip],
  ['Country', 'country', (event) => event.country],
  ['User agent', 'userAgent', (event) => event.userAgent],
  ['App', 'app', (event) => event.app],
]

/** Every value leads to everything else that has it, and says how usual it is for this user. */
export function EventFacts({ event }: { readonly event: ActivityDetail }) {
  const { connection, uid } = event
  const asked = useQuery({
    queryKey: ['habits', connection, uid],
    queryFn: ({ signal }) => call('getEventHabits', { params: { connection, uid } }, signal),
  })
  const habits = asked.data?.habits ?? []
  const isKnown = habits.some(({ verdict }) => verdict !== 'unknown')
  const asn = habits.find(({ field }) => field === 'asn')?.value ?? ''
  const known = [...FACTS, ['AS number', 'asn', () => asn] satisfies Fact].map(
    ([label, field, of]) => [label, field, of(event)] as const,
  )
  return (
    <Paper>
      <Stack gap="md">
        <Facts
          items={known.map(([label, field, value]) => [
            label,
            value === '' ? undefined : (
              <Value key={label} field={field} value={value} habits={isKnown ? habits : []} />
            ),
          ])}
        />
        <Text size="xs" c="dimmed" data-testid="habits">
          {asked.isError ? 'What is usual for this user could not be found out.' : historyOf(asked.data)}
        </Text>
      </Stack>
    </Paper>
  )
}

type ValueProps = { readonly field: Field; readonly value: string; readonly habits: Habits['habits'] }

function Value({ field, value, habits }: ValueProps) {
  const nameOf = useValueName()
  const habit = habits.find((known) => known.field === field)
  return (
    <>
      <Anchor
        component={Link}
        to="/activity"
        search={{ last: '30d', where: [`${field}:is:${value}`] } as never}
        size="sm"
      >
        <bdi>{nameOf(field, value)}</bdi>
      </Anchor>
      {habit !== undefined && <HabitMark habit={habit} />}
    </>
  )
}

/** What the marks rest on; nothing is called usual of somebody who is hardly known. */
function historyOf(habits: Habits | undefined): ReactNode {
  if (habits === undefined) return 'Looking at what this user did before …'
  if (habits.actor === '') return 'The event names no user: there is nothing to compare it with.'
  if (habits.habits.every(({ verdict }) => verdict === 'unknown'))
    // Said once for all of them.
    return (
      <>
        Not enough history of <bdi>{habits.actor}</bdi> to say what is uncommon: that takes 30 events on 5
        days, of the 30 days before this event.
      </>
    )
  return (
    <>
      Compared with what <bdi>{habits.actor}</bdi> did in the 30 days before. Uncommon: at most 1 in 50 of
      these events.
    </>
  )
}
