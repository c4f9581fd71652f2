import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { Connection } from '../../api/client.generated.ts'
import { connectionsQuery, useLive } from '../../api/queries.ts'
import { useMay } from '../../api/session.ts'
import { AppMark } from '../../parts/AppMark.tsx'
import { Health } from '../../parts/Health.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'

/** Every connection of the organisation, the ones that need somebody first. */
export function Apps() {
  useLive()
  const connections = useQuery(connectionsQuery)
  const may = useMay()
  const { error } = useSearch({ strict: false }) as { error?: string }
  const add = may('connection.create') && (
    <Button component={Link} to="/catalog" leftSection={<IconPlus size={16} />}>
      Connect an app
    </Button>
  )
  return (
    <Page title="Apps" about="What is connected, and how it is." actions={add}>
      {error !== undefined && <ErrorState error={consentFailure(error)} />}
      {connections.isPending && <LoadingState />}
      {connections.isError && <ErrorState error={connections.error} retry={() => connections.refetch()} />}
      {connections.data?.items.length === 0 && (
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
  const sorted = connections.toSorted((a, b) => WORST.indexOf(a.health) - WORST.indexOf(b.health))
  return (
    <div className="scroll-x">
      <Table miw={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>App</Table.Th>
            <Table.Th>Health</Table.Th>
            <Table.Th ta="right">Events</Table.Th>
            <Table.Th>Newest event</Table.Th>
            <Table.Th>Signed in as</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((connection) => (
            <Table.Tr key={connection.id}>
              <Table.Td>
                <Group gap="sm" wrap="nowrap">
                  <AppMark name={connection.app.name} size={32} />
                  <div>
                    <Anchor component={Link} to={`/apps/${connection.id}`} fw={600} size="sm">
                      {connection.name}
                    </Anchor>
                    <Text size="xs" c="dimmed">
                      {connection.app.name}
                    </Text>
                  </div>
                </Group>
              </Table.Td>
              <Table.Td>
                <Stack gap={2} align="flex-start">
                  <Health health={connection.health} />
                  {connection.fault !== undefined && (
                    <Text size="xs" c="dimmed" maw={320} lineClamp={1}>
                      {connection.fault.help}
                    </Text>
                  )}
                </Stack>
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {formatCount(connection.events)}
              </Table.Td>
              <Table.Td>
                <Moment at={connection.lastEventAt} never="none yet" size="sm" />
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="clip" maw={220}>
                  {connection.identity ?? ''}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
