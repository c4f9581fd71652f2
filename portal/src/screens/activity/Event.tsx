import { Anchor, Badge, Grid, Group, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ActivityDetail } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { Json } from '../../parts/Json.tsx'
import { Loaded, Page } from '../../parts/Page.tsx'
import { formatTime } from '../../parts/time.ts'
import { EventFacts } from './EventFacts.tsx'
import { EventTable } from './EventTable.tsx'

const BACK = { label: 'Activity', to: '/activity', search: { last: '30d' } } as const

/** One event: what it means, and normalised beside received. */
export function Event() {
  const { connectionId, uid } = useParams({ strict: false }) as { connectionId: string; uid: string }
  const event = useQuery({
    queryKey: ['event', connectionId, uid],
    queryFn: ({ signal }) => call('getEvent', { params: { connection: connectionId, uid } }, signal),
  })
  return (
    <Loaded query={event} what="Event" back={BACK}>
      {(data) => <Shown event={data} />}
    </Loaded>
  )
}

function Shown({ event }: { readonly event: ActivityDetail }) {
  const nameOf = useConnectionName()
  return (
    <Page
      title={event.message || event.action || event.eventCode}
      back={BACK}
      about={
        <Group gap="xs" component="span">
          <span className="numbers">{formatTime(event.time)}</span>
          <Badge color="gray">{nameOf(event.connection) ?? event.app}</Badge>
          {event.status === 'Failure' && <Badge color="red">Failed</Badge>}
          {event.severityId >= 4 && <Badge color="rope">{event.severity}</Badge>}
        </Group>
      }
    >
      <EventFacts event={event} />
      <Grid>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Json title="Normalised (OCSF)" text={JSON.stringify(event.event, null, 2)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Json title="As received" text={pretty(event.raw)} />
        </Grid.Col>
      </Grid>
      <Around event={event} />
    </Page>
  )
}

/** Digits beyond 2^53 would not survive a parse: only white space is added. */
function pretty(raw: string): string {
  try {
    const parsed: unknown = JSON.parse(raw)
    const text = JSON.stringify(parsed, null, 2)
    return text.replaceAll(/\s/g, '') === raw.replaceAll(/\s/g, '') ? text : raw
  } catch {
    return raw
  }
}

const AROUND_MS = 48 * 3_600_000

/** What the same user did in the two days around it. */
function Around({ event }: { readonly event: ActivityDetail }) {
  const actor = event.actorEmail || event.actorName || event.actorUid
  const atMs = Date.parse(event.time)
  const query = {
    from: new Date(atMs - AROUND_MS / 2).toISOString(),
    to: new Date(atMs + AROUND_MS / 2).toISOString(),
    where: [`actor:is:${actor}`],
  }
  const similar = useQuery({
    queryKey: ['activity', 'around', query],
    queryFn: ({ signal }) => call('searchActivity', { query: { ...query, limit: 20 } }, signal),
    enabled: actor !== '',
  })
  const rows = (similar.data?.items ?? []).filter(({ uid }) => uid !== event.uid)
  if (rows.length === 0) return null
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>The same user, within a day</Title>
        <Anchor component={Link} to="/activity" search={query as never} size="sm">
          Open in Activity
        </Anchor>
      </Group>
      <EventTable rows={rows} isOfOneUser />
    </Stack>
  )
}
