import { Button, Group, Tabs, Text } from '@mantine/core'
import { IconApps, IconFilterOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Account } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { StatusBadge } from '../../parts/AccountBadges.tsx'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { SearchInput } from '../../parts/SearchInput.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { TabBar } from '../../parts/TabBar.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { usePages } from '../../parts/usePages.ts'
import { AppName, Named } from './AccountTable.tsx'

export const KINDS = {
  grants: ['OAuth apps', 'Apps that people let in. Each says what it may do.'],
  tokens: ['Tokens', 'Keys and tokens that act without a person.'],
  groups: ['Groups', 'Groups of people.'],
  roles: ['Roles', 'What roles there are.'],
  resources: ['Resources', 'Spaces, links, devices: what the app holds.'],
  settings: ['Settings', 'How the app is configured, as read.'],
} as const

export type Kind = keyof typeof KINDS

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
        <TabBar
          value={kind}
          tabs={Object.entries(KINDS).map(([value, [title]]) => ({ value, label: title }))}
        />
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
            action={
              search === undefined ? (
                <Button component={Link} to="/apps">
                  Open apps
                </Button>
              ) : (
                <Button
                  variant="default"
                  leftSection={<IconFilterOff size={16} />}
                  onClick={() => choose({ search: null })}
                >
                  Clear the search
                </Button>
              )
            }
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
  const columns: readonly Column<Account>[] = [
    { title: 'Name', cell: (item) => <Named item={item} to={`/inventory/${item.id}`} /> },
    {
      title: 'Type',
      cell: ({ type }) =>
        type !== undefined && (
          <Text size="sm" className="clip" maw={160} title={type}>
            {type}
          </Text>
        ),
    },
    { title: 'Status', cell: ({ status, deletedAt }) => StatusBadge({ status, deletedAt }) },
    { title: 'App', cell: (item) => <AppName name={nameOf(item.connection) ?? item.app} /> },
    {
      title: 'Stream',
      cell: ({ stream }) => (
        <Text size="sm" className="mono">
          {stream}
        </Text>
      ),
    },
    { title: 'First read', cell: ({ firstSeenAt }) => <Moment at={firstSeenAt} size="sm" /> },
    { title: 'Last read', cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} size="sm" /> },
  ]
  return <DataTable columns={columns} rows={items} keyOf={({ id }) => id} minWidth={820} testId="inventory" />
}
