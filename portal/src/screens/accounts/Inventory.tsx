import { Anchor, Group, Table, Tabs, Text } from '@mantine/core'
import { IconApps } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Account } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { StatusBadge } from '../../parts/AccountBadges.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { SearchInput } from '../../parts/SearchInput.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { usePages } from '../../parts/usePages.ts'

const KINDS = {
  grants: ['OAuth apps', 'Apps that people let in, and what they may do.'],
  tokens: ['Tokens', 'Keys and tokens that act without a person.'],
  groups: ['Groups', 'Groups of people.'],
  roles: ['Roles', 'What roles there are.'],
  resources: ['Resources', 'Spaces, links, devices: what the app holds.'],
  settings: ['Settings', 'How the app is configured, as read.'],
} as const

type Kind = keyof typeof KINDS

/** What apps hold besides accounts. */
export function Inventory() {
  const [{ kind: given, search }, choose] = useAddress<'kind' | 'search'>()
  const kind = (given !== undefined && given in KINDS ? given : 'grants') as Kind
  const query = { kind, search }
  const pages = usePages(['accounts', query], (after, signal) =>
    call('listAccounts', { query: { ...query, limit: 50, after } }, signal),
  )
  const [label, about] = KINDS[kind]
  return (
    <Page title="Inventory" about="What the connected apps hold besides people, as they last said.">
      <Tabs value={kind} onChange={(next) => choose({ kind: next, search: null })}>
        <Tabs.List className="one-line">
          {Object.entries(KINDS).map(([value, [title]]) => (
            <Tabs.Tab key={value} value={value}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {about}
        </Text>
        <SearchInput
          aria-label={`Search ${label}`}
          placeholder="Name or id"
          w={{ base: '100%', xs: 260 }}
          value={search ?? ''}
          search={(text) => choose({ search: text })}
        />
      </Group>
      <PagedList
        pages={pages}
        more="More"
        empty={
          <EmptyState
            icon={<IconApps size={40} stroke={1.2} />}
            title={search === undefined ? 'None is known' : 'None fits'}
          >
            {search === undefined
              ? 'No connected app has told of any. Choose accounts or posture when you connect an app, where it offers them.'
              : 'Try another part of the name.'}
          </EmptyState>
        }
      >
        {(items) => <ItemTable items={items} />}
      </PagedList>
    </Page>
  )
}

function ItemTable({ items }: { readonly items: readonly Account[] }) {
  const nameOf = useConnectionName()
  return (
    <div className="scroll-x">
      <Table miw={820} data-testid="inventory">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>App</Table.Th>
            <Table.Th>Stream</Table.Th>
            <Table.Th>First seen</Table.Th>
            <Table.Th>Last seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.id}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to={`/accounts/${item.id}`}
                  size="sm"
                  fw={600}
                  display="block"
                  className="clip"
                  maw={320}
                >
                  {item.name ?? item.uid ?? 'without a name'}
                </Anchor>
                <Text size="xs" c="dimmed" className="mono clip" maw={320}>
                  {item.uid}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="clip" maw={160}>
                  {item.type}
                </Text>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={item.status} deletedAt={item.deletedAt} />
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="clip" maw={180}>
                  {nameOf(item.connection) ?? item.app}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="mono">
                  {item.stream}
                </Text>
              </Table.Td>
              <Table.Td>
                <Moment at={item.firstSeenAt} size="sm" />
              </Table.Td>
              <Table.Td>
                <Moment at={item.lastSeenAt} size="sm" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
