import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { Connection } from '../../api/client.generated.ts'
import { connectionsQuery, useLive } from '../../api/queries.ts'
import { useMay } from '../../api/session.ts'
import { AppMark } from '../../parts/AppMark.tsx'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Health } from '../../parts/Health.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'
import { Trend } from '../activity/Trend.tsx'

/** Every connection of the organisation, the ones that need somebody first. */
export function Apps() {
  useLive()
  const connections = useQuery(connectionsQuery)
  const may = useMay()
  const { error } = useSearch({ strict: false }) as { error?: string }
  const isEmpty = connections.data?.items.length === 0
  const add = may('connection.create') && !isEmpty && (
    <Button component={Link} to="/catalog" leftSection={<IconPlus size={16} />}>
      Connect an app
    </Button>
  )
  return (
    <Page title="Apps" about="What is connected, and how it is." actions={add}>
      {error !== undefined && <ErrorState error={consentFailure(error)} />}
      {connections.isPending && <LoadingState />}
      {connections.isError && <ErrorState error={connections.error} retry={() => connections.refetch()} />}
      {isEmpty && (
        <EmptyState
          icon={<IconPlugConnected size={44} stroke={1.2} />}
          title="Nothing is connected yet"
          action={
            may('connection.create') && (
              <Button component={Link} to="/catalog" data-testid="to-catalog">
                Open the catalog
              </Button>
            )
          }
        >
          Pick an app in the catalog. You see which permissions it takes before you grant them, and the first
          events within a minute.
        </EmptyState>
      )}
      {(connections.data?.items.length ?? 0) > 0 && (
        <ConnectionTable connections={connections.data?.items ?? []} />
      )}
    </Page>
  )
}

const CONSENT: Readonly<Record<string, string>> = {
  CONSENT_FOREIGN: 'The consent was begun by another session: nothing was connected.',
  CONSENT_EXPIRED: 'The consent came too late: begin again.',
  CONSENT_UNKNOWN: 'This consent was used before: begin again.',
  CONSENT_REFUSED: 'The app did not give its consent: nothing was connected.',
  CREDENTIAL_REFUSED: 'The app did not accept the credential: nothing was connected.',
  PERMISSION_MISSING: 'The app refused the permissions that were asked for.',
}
const consentFailure = (code: string) => ({
  code,
  message: CONSENT[code] ?? 'The app could not be connected.',
  help: 'Open the connection and authorise it again.',
})

const WORST: readonly Connection['health'][] = ['failing', 'attention', 'silent', 'syncing', 'good', 'off']

function ConnectionTable({ connections }: { readonly connections: readonly Connection[] }) {
  const may = useMay()
  const sorted = connections.toSorted((a, b) => WORST.indexOf(a.health) - WORST.indexOf(b.health))
  const columns: readonly Column<Connection>[] = [
    { title: 'App', cell: (connection) => <Name connection={connection} /> },
    {
      title: 'Health',
      cell: ({ health, fault }) => (
        <Stack gap={2} align="flex-start">
          <Health health={health} />
          {fault !== undefined && (
            <Text size="xs" c="dimmed" maw={320} lineClamp={2} title={fault.help}>
              {fault.help}
            </Text>
          )}
        </Stack>
      ),
    },
    { title: 'Events', isNumber: true, cell: ({ events }) => formatCount(events) },
    {
      title: 'Last 30 days',
      cell: ({ id, events }) => may('activity.read') && events > 0 && <Trend connectionId={id} />,
    },
    {
      title: 'Newest event',
      cell: ({ lastEventAt }) => <Moment at={lastEventAt} never="None yet" size="sm" />,
    },
    {
      title: 'Signed in as',
      place: 'wide',
      cell: ({ identity }) =>
        identity !== undefined && (
          <Text size="sm" className="clip" maw={220} title={identity}>
            {identity}
          </Text>
        ),
    },
  ]
  return (
    <DataTable columns={columns} rows={sorted} keyOf={({ id }) => id} minWidth={760} testId="connections" />
  )
}

function Name({ connection: { id, name, app } }: { readonly connection: Connection }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <AppMark name={app.name} size={32} />
      <div style={{ minWidth: 0 }}>
        <Anchor
          component={Link}
          to={`/apps/${id}`}
          fw={600}
          size="sm"
          display="block"
          className="clip"
          maw={260}
          title={name}
          dir="auto"
        >
          {name}
        </Anchor>
        {app.name !== name && (
          <Text size="xs" c="dimmed">
            {app.name}
          </Text>
        )}
      </div>
    </Group>
  )
}
