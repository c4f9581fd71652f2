import { Anchor, Badge, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Account } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { Flag, StatusBadge } from '../../parts/AccountBadges.tsx'
import { Moment } from '../../parts/Moment.tsx'

/** One line an account. */
export function AccountTable({ accounts }: { readonly accounts: readonly Account[] }) {
  const nameOf = useConnectionName()
  return (
    <div className="scroll-x">
      <Table miw={820} data-testid="accounts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Account</Table.Th>
            <Table.Th>App</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Second factor</Table.Th>
            <Table.Th>Last sign-in</Table.Th>
            <Table.Th>Last seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {accounts.map((account) => (
            <Table.Tr key={account.id}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to={`/accounts/${account.id}`}
                  size="sm"
                  fw={600}
                  display="block"
                  className="clip"
                  maw={280}
                >
                  {account.name ?? account.email ?? account.uid ?? 'without a name'}
                </Anchor>
                <Text size="xs" c="dimmed" className="clip" maw={280}>
                  {account.email ?? account.uid}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="clip" maw={180}>
                  {nameOf(account.connection) ?? account.app}
                </Text>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={account.status} deletedAt={account.deletedAt} />
              </Table.Td>
              <Table.Td>
                {account.isAdmin === true ? (
                  <Badge color="rope">administrator</Badge>
                ) : (
                  <Text size="sm">{account.type}</Text>
                )}
              </Table.Td>
              <Table.Td>
                <Flag value={account.hasMfa} yes="yes" no="none" />
              </Table.Td>
              <Table.Td>
                <Moment at={account.lastLoginAt} never="not known" size="sm" />
              </Table.Td>
              <Table.Td>
                <Moment at={account.lastSeenAt} size="sm" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
