import { Alert, Badge, Code, Group, Stack, Tabs, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { Connection, Stream } from '../../api/client.generated.ts'
import { connectionQuery, streamsQuery, useLive } from '../../api/queries.ts'
import { useMay } from '../../api/session.ts'
import { Figures } from '../../parts/Figures.tsx'
import { Health } from '../../parts/Health.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { capital } from '../../parts/names.ts'
import { Loaded, Page } from '../../parts/Page.tsx'
import { Scopes } from '../../parts/Scopes.tsx'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { TabBar } from '../../parts/TabBar.tsx'
import { formatCount } from '../../parts/time.ts'
import { ActivityChart } from '../activity/ActivityChart.tsx'
import { Access } from './Access.tsx'
import { FirstSync } from './FirstSync.tsx'
import { HooksLeft } from './Hook.tsx'
import { InstanceActions } from './InstanceActions.tsx'
import { Quarantine } from './Quarantine.tsx'
import { Runs } from './Runs.tsx'
import { healthOf } from './StreamState.tsx'
import { StreamTable } from './StreamTable.tsx'

type Search = { readonly tab?: string; readonly connected?: unknown }

/** Where the address of what is delivered is worth setting in the app. */
const TAKES: ReadonlySet<Connection['status']> = new Set(['active', 'paused', 'needs_reauth'])

const BACK = { label: 'Apps', to: '/apps' } as const

/** One connection: how it is, what is read, what went wrong, what was granted. */
export function Instance() {
  useLive()
  const { connectionId } = useParams({ strict: false }) as { connectionId: string }
  const connection = useQuery(connectionQuery(connectionId))
  return (
    <Loaded query={connection} what="Connection" back={BACK}>
      {(data) => <Shown connection={data} />}
    </Loaded>
  )
}

function Shown({ connection }: { readonly connection: Connection }) {
  const { connected } = useSearch({ strict: false }) as Search
  const { id, name, app, health, status, events } = connection
  const may = useMay()
  const streams = useQuery(streamsQuery(id))
  return (
    <Page
      title={name}
      back={BACK}
      about={
        <Group gap="xs" component="span">
          {app.name !== name && app.name}
          <Health health={health} />
        </Group>
      }
      actions={<InstanceActions connection={connection} />}
    >
      {connected !== undefined && status === 'active' && (
        <Alert color="teal" variant="light" icon={<IconCheck size={18} />} title={`${app.name} is connected`}>
          The first sync has begun. You can leave this page; it goes on.
        </Alert>
      )}
      {connected !== undefined && streams.isSuccess && (
        <HooksLeft connection={connection} streams={streams.data.items} />
      )}
      <Problems connection={connection} />
      <Figures items={figuresOf(connection, streams.data?.items ?? [])} />
      {streams.isSuccess && <FirstSync streams={streams.data.items} />}
      {may('activity.read') && events > 0 && (
        <ActivityChart filter={{ last: '30d', where: [`connection:is:${id}`] }} about="in 30 days" />
      )}
      <Parts connection={connection} streams={streams} />
    </Page>
  )
}

type PartsProps = {
  readonly connection: Connection
  readonly streams: UseQueryResult<{ readonly items: readonly Stream[] }>
}

function Parts({ connection, streams }: PartsProps) {
  const { tab = 'streams', connected } = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const { id, status } = connection
  const quarantined = (streams.data?.items ?? []).reduce((sum, stream) => sum + stream.quarantined, 0)
  return (
    <Tabs
      value={tab}
      onChange={(next) =>
        navigate({ to: `/apps/${id}`, search: { tab: next } as never, replace: true, resetScroll: false })
      }
      keepMounted={false}
    >
      <TabBar
        value={tab}
        tabs={[
          { value: 'streams', label: 'Streams' },
          { value: 'runs', label: 'Runs' },
          {
            value: 'quarantine',
            label: 'Quarantine',
            mark: quarantined > 0 && <Badge color="rope">{formatCount(quarantined)}</Badge>,
          },
          { value: 'access', label: 'Access' },
        ]}
      />
      <Tabs.Panel value="streams" pt="md">
        {streams.isPending && <LoadingState />}
        {streams.isError && <ErrorState error={streams.error} retry={() => streams.refetch()} />}
        {streams.isSuccess && (
          <StreamTable
            connectionId={id}
            status={status}
            streams={streams.data.items}
            hasHooks={connected === undefined && TAKES.has(status)}
          />
        )}
      </Tabs.Panel>
      <Tabs.Panel value="runs" pt="md">
        <Runs connectionId={id} />
      </Tabs.Panel>
      <Tabs.Panel value="quarantine" pt="md">
        <Quarantine connectionId={id} />
      </Tabs.Panel>
      <Tabs.Panel value="access" pt="md">
        <Access connection={connection} />
      </Tabs.Panel>
    </Tabs>
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
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title={capital(fault.message)}
        >
          <Text size="sm">{fault.help}</Text>
          <Text size="xs" mt={4}>
            <Code>{fault.code}</Code> <Moment at={fault.at} inherit />
          </Text>
        </Alert>
      )}
      {missing.map(({ feature, scopes }) => (
        <Alert
          key={feature}
          color="rope"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title={`${capital(feature)} was chosen, but the app did not grant it`}
        >
          <Scopes scopes={scopes} />
          Its streams are not read. Authorise again to grant these permissions.
        </Alert>
      ))}
    </Stack>
  )
}

function figuresOf(connection: Connection, streams: readonly Stream[]) {
  const enabled = streams.filter(({ isEnabled }) => isEnabled)
  const healthy = enabled.filter((stream) => healthOf(stream) === 'good')
  const events = streams.reduce((sum, stream) => sum + stream.events, 0)
  return [
    ['Events and records', formatCount(Math.max(events, connection.events))],
    ['Newest event', <Moment key="newest" at={connection.lastEventAt} never="None yet" inherit />],
    ['Healthy streams', `${healthy.length} of ${enabled.length}`],
    ['Signed in as', connection.identity ?? 'Not known'],
  ] as const
}
