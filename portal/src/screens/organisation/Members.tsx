import { ActionIcon, Badge, Button, Group, Menu, Stack, Table, Text, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconDotsVertical, IconUserCog, IconUserMinus, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Member } from '../../api/client.generated.ts'
import { call, useMay, useMe } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { notifyDone, notifyFailure } from '../../parts/notify.ts'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { usePages } from '../../parts/usePages.ts'
import { Invitations } from './Invitations.tsx'
import { InviteForm } from './InviteForm.tsx'
import { RoleForm } from './RoleForm.tsx'
import { ROLES } from './roles.ts'

/** Who belongs to the organisation, and what each may do. */
export function Members() {
  const may = useMay()
  const pages = usePages(['members'], (after, signal) =>
    call('listMembers', { query: { limit: 100, after } }, signal),
  )
  const invite = () =>
    modals.open({ title: 'Invite somebody', children: <InviteForm done={modals.closeAll} /> })
  return (
    <Page
      title="Members"
      about="Who belongs to your organisation, and what each may do."
      actions={
        may('member.manage') && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={invite} data-testid="invite">
            Invite
          </Button>
        )
      }
    >
      <PagedList
        pages={pages}
        more="More members"
        empty={
          <EmptyState icon={<IconUsers size={40} stroke={1.2} />} title="Nobody yet">
            Invite the people you work with.
          </EmptyState>
        }
      >
        {(members) => <MemberTable members={members} />}
      </PagedList>
      {may('member.manage') && (
        <Stack gap="xs">
          <Title order={2}>Invitations</Title>
          <Invitations />
        </Stack>
      )}
    </Page>
  )
}

function MemberTable({ members }: { readonly members: readonly Member[] }) {
  const me = useMe()
  return (
    <div className="scroll-x">
      <Table miw={680} data-testid="members">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Member</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th>Second factor</Table.Th>
            <Table.Th>Since</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map((member) => (
            <Table.Tr key={member.id}>
              <Table.Td>
                <Text size="sm" fw={600} className="clip" maw={280}>
                  {member.name}
                  {member.userId === me.data?.user?.id && (
                    <Text span inherit c="dimmed" fw={400}>
                      {' '}
                      (you)
                    </Text>
                  )}
                </Text>
                <Text size="xs" c="dimmed" className="clip" maw={280}>
                  {member.email}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm">{ROLES[member.role].label}</Text>
                <Administered count={member.connectionIds?.length ?? 0} role={member.role} />
              </Table.Td>
              <Table.Td>
                {member.hasTwoFactor ? <Badge color="teal">on</Badge> : <Badge color="gray">off</Badge>}
              </Table.Td>
              <Table.Td>
                <Moment at={member.joinedAt} size="sm" />
              </Table.Td>
              <Table.Td>
                <Actions member={member} isSelf={member.userId === me.data?.user?.id} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Administered({ count, role }: { readonly count: number; readonly role: Member['role'] }) {
  if (count === 0 && role !== 'instance_admin') return null
  return (
    <Text size="xs" c="dimmed">
      {count === 0 ? 'no connection named yet' : `administers ${count} connection${count === 1 ? '' : 's'}`}
    </Text>
  )
}

function Actions({ member, isSelf }: { readonly member: Member; readonly isSelf: boolean }) {
  const may = useMay()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => call('removeMember', { params: { id: member.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['members'] })
      notifyDone(`${member.name} is no member any more.`)
    },
    onError: notifyFailure,
  })
  if (!may('member.manage') || isSelf) return null
  const change = () =>
    modals.open({
      title: `What ${member.name} may do`,
      children: <RoleForm member={member} done={modals.closeAll} />,
    })
  return (
    <Group justify="flex-end">
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${member.name}`}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUserCog size={16} />} onClick={change}>
            Change role
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconUserMinus size={16} />}
            onClick={() =>
              confirm({
                title: `Remove ${member.name}?`,
                text: 'Their sessions here end at once, and so do the API keys they made. What they did stays in the audit trail.',
                confirm: 'Remove',
                run: () => remove.mutate(),
              })
            }
          >
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}
