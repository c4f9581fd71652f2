import {
  Anchor,
  Badge,
  Button,
  Code,
  Group,
  List,
  Paper,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core'
import { IconExternalLink, IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { App } from '../../api/client.generated.ts'
import { appQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.ts'
import { Page } from '../../parts/Page.tsx'
import { ErrorState, LoadingState } from '../../parts/States.tsx'

/** One app: what it reads, with which permissions, and which addresses are called. */
export function Listing() {
  const { appId } = useParams({ strict: false }) as { appId: string }
  const app = useQuery(appQuery(appId))
  const may = useMay()
  if (app.isPending) return <LoadingState />
  if (app.isError) return <ErrorState error={app.error} retry={() => app.refetch()} />
  const { name, vendor, description, links } = app.data
  return (
    <Page
      title={name}
      about={description ?? `By ${vendor}`}
      actions={
        may('connection.create') && (
          <Button
            component={Link}
            to="/catalog/$appId/connect"
            params={{ appId } as never}
            leftSection={<IconPlugConnected size={16} />}
            data-testid="connect"
          >
            Connect
          </Button>
        )
      }
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {app.data.features.map((feature) => (
          <Paper key={feature.name}>
            <Stack gap="xs">
              <Title order={3}>{feature.title}</Title>
              <Text size="sm" c="dimmed">
                {feature.streams.length === 0
                  ? 'Acts on request only.'
                  : `Reads ${feature.streams.join(', ')}.`}
              </Text>
              <Group gap={6}>
                {feature.scopes.length === 0 ? (
                  <Text size="xs" c="dimmed">
                    No permission of its own
                  </Text>
                ) : (
                  feature.scopes.map((scope) => <Code key={scope}>{scope}</Code>)
                )}
              </Group>
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>
      <Paper>
        <Title order={2} mb="sm">
          What is read
        </Title>
        <Streams app={app.data} />
      </Paper>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper>
          <Title order={2} mb="xs">
            Addresses called
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            Nothing else is ever called, and a credential goes nowhere else.
          </Text>
          <List size="sm">
            {app.data.hosts.map((host) => (
              <List.Item key={host} className="mono">
                {host}
              </List.Item>
            ))}
          </List>
        </Paper>
        <Paper>
          <Title order={2} mb="xs">
            About
          </Title>
          <Stack gap={4}>
            <Text size="sm">Made for {vendor}.</Text>
            {Object.entries(links).map(([word, url]) => (
              <Anchor key={word} href={String(url)} target="_blank" rel="noreferrer" size="sm">
                {word[0]?.toUpperCase()}
                {word.slice(1)} <IconExternalLink size={12} />
              </Anchor>
            ))}
            <Text size="xs" c="dimmed">
              Connector <span className="mono">{app.data.digest.slice(0, 12)}</span>
            </Text>
          </Stack>
        </Paper>
      </SimpleGrid>
    </Page>
  )
}

function Streams({ app }: { readonly app: App }) {
  return (
    <div className="scroll-x">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Stream</Table.Th>
            <Table.Th>Kind</Table.Th>
            <Table.Th>Every</Table.Th>
            <Table.Th>Belongs to</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {app.streamDetails.map((stream) => (
            <Table.Tr key={stream.name}>
              <Table.Td className="mono">{stream.name}</Table.Td>
              <Table.Td>{stream.kind}</Table.Td>
              <Table.Td className="numbers">{stream.every}</Table.Td>
              <Table.Td>
                <Badge color="gray">{stream.feature}</Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
