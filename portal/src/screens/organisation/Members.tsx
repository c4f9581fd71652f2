import { ActionIcon, Button, Group, Menu, Stack, Text, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconDotsVertical, IconUserCog, IconUserMinus, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Member } from '../../api/client.generated.ts'
import { call, useMay, useMe } from '../../api/session.ts'
import { Flag } from '../../parts/AccountBadges.tsx'
import { confirm } from '../../parts/confirm.tsx'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
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
  const isSelf = ({ userId }: Member): boolean => userId === me.data?.user?.id
  const columns: readonly Column<Member>[] = [
    {
      title: 'Member',
      cell: (member) => (
        <>
          <Text size="sm" fw={600} className="clip" maw={280} title={member.name} dir="auto">
            {member.name}
            {isSelf(member) && (
              <Text span inherit c="dimmed" fw={400}>
                {' '}
                (you)
              </Text>
            )}
          </Text>
          <Text size="xs" c="dimmed" className="clip" maw={280} title={member.email}>
            {member.email}
          </Text>
        </>
      ),
    },
    {
      title: 'Role',
      cell: ({ role, connectionIds }) => (
        <>
          <Text size="sm">{ROLES[role].label}</Text>
          <Administered count={connectionIds?.length ?? 0} role={role} />
        </>
      ),
    },
    {
      title: 'Second factor',
      cell: ({ hasTwoFactor, role }) => (
        <Flag value={hasTwoFactor} yes="On" no="Off" isBad={!hasTwoFactor && role === 'admin'} />
      ),
    },
    { title: 'Member since', cell: ({ joinedAt }) => <Moment at={joinedAt} size="sm" /> },
    {
      title: 'Actions',
      place: 'tools',
      cell: (member) => <Actions member={member} isSelf={isSelf(member)} />,
    },
  ]
  return <DataTable columns={columns} rows={members} keyOf={({ id }) => id} minWidth={680} testId="members" />
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
            c="var(--mantine-color-error)"
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
