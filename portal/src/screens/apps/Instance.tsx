import { Alert, Badge, Group, Paper, SimpleGrid, Stack, Tabs, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { Connection, Stream } from '../../api/client.generated.ts'
import { connectionQuery, streamsQuery, useLive } from '../../api/queries.ts'
import { Health } from '../../parts/Health.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'
import { Access } from './Access.tsx'
import { FirstSync } from './FirstSync.tsx'
import { InstanceActions } from './InstanceActions.tsx'
import { Quarantine } from './Quarantine.tsx'
import { Runs } from './Runs.tsx'
import { StreamTable } from './StreamTable.tsx'

type Search = { readonly tab?: string; readonly connected?: unknown }

/** One connection: how it is, what is read, what went wrong, what was granted. */
export function Instance() {
  useLive()
  const { connectionId } = useParams({ strict: false }) as { connectionId: string }
  const { tab = 'streams', connected } = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const connection = useQuery(connectionQuery(connectionId))
  const streams = useQuery(streamsQuery(connectionId))
  if (connection.isPending) return <LoadingState />
  if (connection.isError) return <ErrorState error={connection.error} retry={() => connection.refetch()} />
  const quarantined = (streams.data?.items ?? []).reduce((sum, stream) => sum + stream.quarantined, 0)
  return (
    <Page
      title={connection.data.name}
      about={
        <Group gap="xs" component="span">
          {connection.data.app.name}
          <Health health={connection.data.health} />
        </Group>
      }
      actions={<InstanceActions connection={connection.data} />}
    >
      {connected !== undefined && connection.data.status === 'active' && (
        <Alert
          color="teal"
          variant="light"
          icon={<IconCheck size={18} />}
          title={`${connection.data.app.name} is connected`}
        >
          The first reading has begun. You can leave this page; it goes on.
        </Alert>
      )}
      <Problems connection={connection.data} />
      <Figures connection={connection.data} streams={streams.data?.items ?? []} />
      {streams.isSuccess && <FirstSync streams={streams.data.items} />}
      <Tabs
        value={tab}
        onChange={(next) =>
          navigate({ to: `/apps/${connectionId}`, search: { tab: next } as never, replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md" className="one-line">
          <Tabs.Tab value="streams">Streams</Tabs.Tab>
          <Tabs.Tab value="runs">Run history</Tabs.Tab>
          <Tabs.Tab
            value="quarantine"
            rightSection={quarantined > 0 && <Badge color="rope">{formatCount(quarantined)}</Badge>}
          >
            Quarantine
          </Tabs.Tab>
          <Tabs.Tab value="access">Access</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="streams">
          {streams.isPending && <LoadingState />}
          {streams.isError && <ErrorState error={streams.error} retry={() => streams.refetch()} />}
          {streams.isSuccess && (
            <StreamTable
              connectionId={connectionId}
              status={connection.data.status}
              streams={streams.data.items}
            />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <Runs connectionId={connectionId} />
        </Tabs.Panel>
        <Tabs.Panel value="quarantine">
          <Quarantine connectionId={connectionId} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <Access connection={connection.data} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

/** What is wrong with the whole connection, and who must act. */
function Problems({ connection }: { readonly connection: Connection }) {
  const { fault, missing, status } = connection
  if (status !== 'connecting' && fault === undefined && missing.length === 0) return null
  return (
    <Stack gap="xs">
      {status === 'connecting' && fault === undefined && (
        <Alert variant="light" color="rope" icon={<IconAlertTriangle size={18} />} title="Not connected yet">
          The app has not given its consent. Authorise it to go on.
        </Alert>
      )}
      {fault !== undefined && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={fault.message}>
          <Text size="sm">{fault.help}</Text>
          <Text size="xs" c="dimmed" className="mono">
            {fault.code} · <Moment at={fault.at} />
          </Text>
        </Alert>
      )}
      {missing.map(({ feature, scopes }) => (
        <Alert
          key={feature}
          color="rope"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title={`${feature} was chosen, but the app did not grant it`}
        >
          Missing: <span className="mono">{scopes.join(', ')}</span>. Its streams are not read. Authorise
          again to grant them.
        </Alert>
      ))}
    </Stack>
  )
}

function Figures({
  connection,
  streams,
}: {
  readonly connection: Connection
  readonly streams: readonly Stream[]
}) {
  const enabled = streams.filter(({ isEnabled }) => isEnabled)
  const healthy = enabled.filter(({ fault, silentSince }) => fault === undefined && silentSince === undefined)
  const events = streams.reduce((sum, stream) => sum + stream.events, 0)
  const figures = [
    ['Events and records', formatCount(Math.max(events, connection.events))],
    ['Newest event', <Moment key="newest" at={connection.lastEventAt} never="none yet" inherit />],
    ['Healthy streams', `${healthy.length} of ${enabled.length}`],
    ['Signed in as', connection.identity ?? 'not known'],
  ] as const
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {figures.map(([label, value]) => (
        <Paper key={label} p="sm">
          <Text size="xs" c="dimmed">
            {label}
          </Text>
          <Text
            fw={650}
            className="numbers clip"
            component="div"
            title={typeof value === 'string' ? value : undefined}
          >
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  )
}
