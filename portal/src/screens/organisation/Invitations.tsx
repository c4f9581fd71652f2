import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Invitation } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
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
  const columns: readonly Column<Invitation>[] = [
    {
      title: 'E-mail',
      cell: ({ email }) => (
        <Text size="sm" className="clip" maw={420} title={email}>
          {email}
        </Text>
      ),
    },
    { title: 'Role', cell: ({ role }) => ROLES[role].label },
    { title: 'Ends', cell: ({ expiresAt }) => <Moment at={expiresAt} size="sm" /> },
    {
      title: 'Actions',
      place: 'tools',
      cell: ({ id, email }) => (
        <Group justify="flex-end">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Take back the invitation of ${email}`}
            loading={cancel.isPending && cancel.variables === id}
            onClick={() => cancel.mutate(id)}
          >
            Take back
          </Button>
        </Group>
      ),
    },
  ]
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
        <DataTable
          columns={columns}
          rows={invitations}
          keyOf={({ id }) => id}
          minWidth={520}
          testId="invitations"
        />
      )}
    </PagedList>
  )
}
