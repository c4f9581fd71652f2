import { Anchor, Button, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconExternalLink, IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { App } from '../../api/client.generated.ts'
import { appQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { FeatureSummary } from '../../parts/FeatureSummary.tsx'
import { Figures } from '../../parts/Figures.tsx'
import { capital } from '../../parts/names.ts'
import { Loaded, Page } from '../../parts/Page.tsx'
import { Scopes } from '../../parts/Scopes.tsx'

const BACK = { label: 'Catalog', to: '/catalog' } as const

/** One app: what it reads, with which permissions, and which addresses are called. */
export function Listing() {
  const { appId } = useParams({ strict: false }) as { appId: string }
  const app = useQuery(appQuery(appId))
  return (
    <Loaded query={app} what="App" back={BACK}>
      {(data) => <Shown app={data} />}
    </Loaded>
  )
}

function Shown({ app }: { readonly app: App }) {
  const { id, name, vendor, description } = app
  const may = useMay()
  return (
    <Page
      title={name}
      back={BACK}
      about={description ?? `By ${vendor}`}
      actions={
        may('connection.create') && (
          <Button
            component={Link}
            to="/catalog/$appId/connect"
            params={{ appId: id } as never}
            leftSection={<IconPlugConnected size={16} />}
            data-testid="connect"
          >
            Connect
          </Button>
        )
      }
    >
      <Figures
        items={[
          ['Streams read', app.streams],
          ['Posture checks', app.checks],
          ['Detections', app.detections],
          ['Response actions', app.actions],
        ]}
      />
      <Paper>
        <Title order={2} mb="md">
          What it can be used for
        </Title>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          {app.features.map((feature) => (
            <FeatureSummary key={feature.name} feature={feature} />
          ))}
        </SimpleGrid>
      </Paper>
      <Paper>
        <Title order={2} mb="sm">
          What is read
        </Title>
        <Streams app={app} />
      </Paper>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper>
          <Title order={2} mb="xs">
            Addresses called
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            Nothing else is ever called, and a credential goes nowhere else.
          </Text>
          <List size="sm" spacing={4}>
            {app.hosts.map((host) => (
              <List.Item key={host} className="mono" style={{ overflowWrap: 'anywhere' }}>
                {addressOf(host, app)}
              </List.Item>
            ))}
          </List>
        </Paper>
        <About app={app} />
      </SimpleGrid>
    </Page>
  )
}

/** A host with what the customer fills in by its title: `‹Workspace›.app.example`. */
function addressOf(host: string, { authMethods }: App): string {
  const inputs = authMethods.flatMap((method) => method.inputs)
  return host.replaceAll(/\{\{\s*settings\.(\w+)\s*\}\}/g, (_, name: string) => {
    const title = inputs.find((input) => input.name === name)?.title ?? name
    return `‹${title}›`
  })
}

function About({ app: { vendor, categories, links, digest } }: { readonly app: App }) {
  return (
    <Paper>
      <Title order={2} mb="xs">
        About
      </Title>
      <Stack gap={4} align="flex-start">
        <Text size="sm">Made for {vendor}</Text>
        {categories.length > 0 && <Text size="sm">{capital(categories.join(', '))}</Text>}
        {Object.entries(links).map(([word, url]) => (
          <Anchor key={word} href={String(url)} target="_blank" rel="noreferrer" size="sm">
            {capital(word)} <IconExternalLink size={12} aria-hidden />
          </Anchor>
        ))}
        <Text size="xs" c="dimmed" title={digest}>
          Connector <span className="mono">{digest.slice(0, 12)}</span>
        </Text>
      </Stack>
    </Paper>
  )
}

type StreamDetail = App['streamDetails'][number]

const UNITS: Readonly<Record<string, string>> = { s: 's', m: 'min', h: 'h', d: 'd' }
/** `15m` as it is written elsewhere: 15 min. */
const spanOf = (every: string): string =>
  every.replace(/^(\d+)([smhd])$/, (_, count: string, unit: string) => `${count} ${UNITS[unit]}`)

const COLUMNS: readonly Column<StreamDetail>[] = [
  {
    title: 'Stream',
    cell: ({ name }) => (
      <Text size="sm" className="mono">
        {name}
      </Text>
    ),
  },
  { title: 'Kind', cell: ({ kind }) => capital(kind) },
  { title: 'Feature', cell: ({ feature }) => capital(feature) },
  { title: 'Read every', cell: ({ every }) => spanOf(every) },
  {
    title: 'Permission of its own',
    place: 'wide',
    cell: ({ scopes }) => scopes.length > 0 && <Scopes scopes={scopes} />,
  },
]

function Streams({ app }: { readonly app: App }) {
  return (
    <DataTable
      columns={COLUMNS}
      rows={app.streamDetails}
      keyOf={({ name }) => name}
      minWidth={620}
      testId="streams"
    />
  )
}
