import { Anchor, Badge, Grid, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ActivityDetail } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { Json } from '../../parts/Json.tsx'
import { Page } from '../../parts/Page.tsx'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatTime } from '../../parts/time.ts'
import { EventTable } from './EventTable.tsx'
import type { Field } from './filter.ts'

/** One event: what it means, and normalised beside received. */
export function Event() {
  const { connectionId, uid } = useParams({ strict: false }) as { connectionId: string; uid: string }
  const nameOf = useConnectionName()
  const event = useQuery({
    queryKey: ['event', connectionId, uid],
    queryFn: ({ signal }) => call('getEvent', { params: { connection: connectionId, uid } }, signal),
  })
  if (event.isPending) return <LoadingState />
  if (event.isError) return <ErrorState error={event.error} retry={() => event.refetch()} />
  const { data } = event
  return (
    <Page
      title={data.message || data.action || data.eventCode}
      about={
        <Group gap="xs" component="span">
          <span className="numbers">{formatTime(data.time)}</span>
          <Badge color="gray">{nameOf(data.connection) ?? data.app}</Badge>
          {data.status === 'Failure' && <Badge color="red">failed</Badge>}
          {data.severityId >= 4 && <Badge color="rope">{data.severity}</Badge>}
        </Group>
      }
    >
      <Facts event={data} />
      <Grid>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Json title="Normalised (OCSF)" text={JSON.stringify(data.event, null, 2)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Json title="As received" text={pretty(data.raw)} />
        </Grid.Col>
      </Grid>
      <Around event={data} />
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

const FACTS: readonly (readonly [
  label: string,
  field: Field | undefined,
  of: (event: ActivityDetail) => string,
])[] = [
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
]

/** Every value leads to everything else that has it. */
function Facts({ event }: { readonly event: ActivityDetail }) {
  const known = FACTS.map(([label, field, of]) => [label, field, of(event)] as const).filter(
    ([, , value]) => value !== '',
  )
  return (
    <Paper>
      <SimpleGrid cols={{ base: 2, md: 3, xl: 4 }} spacing="md">
        {known.map(([label, field, value]) => (
          <div key={label} style={{ minWidth: 0 }}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            {field === undefined ? (
              <Text size="sm">{value}</Text>
            ) : (
              <Anchor
                component={Link}
                to="/activity"
                search={{ last: '30d', where: [`${field}:is:${value}`] } as never}
                size="sm"
                style={{ overflowWrap: 'anywhere' }}
              >
                {value}
              </Anchor>
            )}
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  )
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
          In the explorer
        </Anchor>
      </Group>
      <EventTable rows={rows} />
    </Stack>
  )
}
