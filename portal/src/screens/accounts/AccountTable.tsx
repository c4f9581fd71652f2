import { Anchor, Badge, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Account } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { Flag, StatusBadge } from '../../parts/AccountBadges.tsx'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Moment } from '../../parts/Moment.tsx'

/** What a thing is called, and what tells it from others of that name. */
export function Named({ item, to }: { readonly item: Account; readonly to: string }) {
  const name = item.name ?? item.email ?? item.uid ?? 'Without a name'
  const mark = item.email ?? item.uid
  return (
    <>
      <Anchor
        component={Link}
        to={to}
        size="sm"
        fw={600}
        display="block"
        className="clip"
        maw="var(--lead-cell)"
        title={name}
        dir="auto"
      >
        {name}
      </Anchor>
      {mark !== name && (
        <Text size="xs" c="dimmed" className="clip" maw="var(--lead-cell)" title={mark}>
          {mark}
        </Text>
      )}
    </>
  )
}

/** One line an account. */
export function AccountTable({ accounts }: { readonly accounts: readonly Account[] }) {
  const nameOf = useConnectionName()
  const columns: readonly Column<Account>[] = [
    { title: 'Account', cell: (account) => <Named item={account} to={`/accounts/${account.id}`} /> },
    { title: 'App', cell: (account) => <AppName name={nameOf(account.connection) ?? account.app} /> },
    { title: 'Status', cell: ({ status, deletedAt }) => StatusBadge({ status, deletedAt }) },
    { title: 'Type', cell: (account) => <Type account={account} /> },
    {
      title: 'Second factor',
      cell: ({ hasMfa, isAdmin }) => (
        <Flag value={hasMfa} yes="Yes" no="None" isBad={hasMfa === false && isAdmin === true} />
      ),
    },
    {
      title: 'Last sign-in',
      cell: ({ lastLoginAt }) => <Moment at={lastLoginAt} never="Not known" size="sm" />,
    },
    {
      title: 'Last read',
      about: 'When the app last showed this account to Fairlead',
      cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} size="sm" />,
    },
  ]
  return (
    <DataTable columns={columns} rows={accounts} keyOf={({ id }) => id} minWidth={820} testId="accounts" />
  )
}

export function AppName({ name }: { readonly name: string }) {
  return (
    <Text size="sm" className="clip" maw={180} title={name} dir="auto">
      {name}
    </Text>
  )
}

function Type({ account: { isAdmin, type } }: { readonly account: Account }) {
  if (isAdmin === true) return <Badge color="rope">Administrator</Badge>
  return <Text size="sm">{type}</Text>
}
