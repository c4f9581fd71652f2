import { Button, Table, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { notifyFailure } from '../../parts/notify.ts'
import { PagedList } from '../../parts/PagedList.tsx'
import { usePages } from '../../parts/usePages.ts'
import { ROLES } from './roles.ts'

/** Letters nobody has answered yet. */
export function Invitations() {
  const queries = useQueryClient()
  const pages = usePages(['invitations'], (after, signal) =>
    call('listInvitations', { query: { limit: 100, after } }, signal),
  )
  const cancel = useMutation({
    mutationFn: (id: string) => call('cancelInvitation', { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['invitations'] }),
    onError: notifyFailure,
  })
  return (
    <PagedList
      pages={pages}
      more="More invitations"
      empty={
        <Text size="sm" c="dimmed">
          Nobody is invited at the moment. An invitation holds for two days.
        </Text>
      }
    >
      {(invitations) => (
        <div className="scroll-x">
          <Table miw={520} data-testid="invitations">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>E-mail</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>Ends</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {invitations.map(({ id, email, role, expiresAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Text size="sm" className="clip" maw={280}>
                      {email}
                    </Text>
                  </Table.Td>
                  <Table.Td>{ROLES[role].label}</Table.Td>
                  <Table.Td>
                    <Moment at={expiresAt} size="sm" />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Take back the invitation of ${email}`}
                      loading={cancel.isPending && cancel.variables === id}
                      onClick={() => cancel.mutate(id)}
                    >
                      Take back
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </PagedList>
  )
}
