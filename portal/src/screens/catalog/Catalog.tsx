import { Anchor, Badge, Card, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconBuildingStore, IconPlugConnected, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AppSummary } from '../../api/client.generated.ts'
import { appsQuery } from '../../api/queries.ts'
import { AppMark } from '../../parts/AppMark.tsx'
import { Page } from '../../parts/Page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'

/** Every app that can be connected, and how deeply it is covered. */
export function Catalog() {
  const apps = useQuery(appsQuery)
  const [search, setSearch] = useState('')
  const shown = (apps.data?.items ?? []).filter((app) => isFound(app, search))
  return (
    <Page
      title="Catalog"
      about="Apps that can be connected. Each says what it reads, and which permissions that takes."
    >
      <TextInput
        aria-label="Search the catalog"
        placeholder="Name, vendor or category"
        leftSection={<IconSearch size={16} />}
        maw={360}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {apps.isPending && <LoadingState />}
      {apps.isError && <ErrorState error={apps.error} retry={() => apps.refetch()} />}
      {apps.isSuccess && shown.length === 0 && (
        <EmptyState icon={<IconBuildingStore size={40} stroke={1.2} />} title="No app fits">
          Try part of its name. An app that is not here can be described in a manifest; see the tutorial.
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
        {shown.map((app) => (
          <AppCard key={app.id} app={app} />
        ))}
      </SimpleGrid>
    </Page>
  )
}

function isFound({ name, vendor, categories }: AppSummary, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return [name, vendor, ...categories].some((text) => text.toLowerCase().includes(wanted))
}

function AppCard({ app }: { readonly app: AppSummary }) {
  const covers = [
    [app.streams, 'stream'],
    [app.checks, 'check'],
    [app.detections, 'detection'],
    [app.actions, 'action'],
  ] as const
  return (
    <Card withBorder radius="md" p="md" style={{ position: 'relative' }}>
      <Stack gap="sm" h="100%">
        <Group wrap="nowrap" align="flex-start" gap="sm">
          <AppMark name={app.name} />
          <div style={{ minWidth: 0, flex: 1 }}>
            <Title order={3} className="clip">
              <Anchor
                component={Link}
                to="/catalog/$appId"
                params={{ appId: app.id } as never}
                inherit
                c="var(--mantine-color-text)"
                data-testid={`app-${app.id}`}
                className="stretched"
              >
                {app.name}
              </Anchor>
            </Title>
            <Text size="xs" c="dimmed" className="clip">
              {[app.vendor, ...app.categories].join(' · ')}
            </Text>
          </div>
          {app.connections > 0 && (
            <Badge
              color="teal"
              title={`${app.connections} connected`}
              leftSection={<IconPlugConnected size={12} />}
            >
              {app.connections}
            </Badge>
          )}
        </Group>
        {app.description !== undefined && (
          <Text size="sm" c="dimmed" lineClamp={3} title={app.description}>
            {app.description}
          </Text>
        )}
        <Group justify="space-between" wrap="nowrap" gap="xs" mt="auto">
          {covers.map(([count, word]) => (
            <div key={word}>
              <Text size="sm" fw={650} lh={1.3} className="numbers" c={count === 0 ? 'dimmed' : ''}>
                {count}
              </Text>
              <Text size="xs" c="dimmed" lh={1.3}>
                {word}
                {count === 1 ? '' : 's'}
              </Text>
            </div>
          ))}
        </Group>
      </Stack>
    </Card>
  )
}
