import { Button, Group, MultiSelect, Select, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Member } from '../../api/client.generated.ts'
import { connectionsQuery } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { notifyDone } from '../../parts/notify.ts'
import { ErrorState } from '../../parts/States.tsx'
import { ROLE_OPTIONS, ROLES, type Role } from './roles.ts'

/** Another role, and the connections somebody administers besides. */
export function RoleForm({ member, done }: { readonly member: Member; readonly done: () => void }) {
  const queries = useQueryClient()
  const connections = useQuery(connectionsQuery)
  const form = useForm<{ role: Role; connectionIds: string[] }>({
    initialValues: { role: member.role, connectionIds: member.connectionIds ?? [] },
  })
  const change = useMutation({
    mutationFn: (body: typeof form.values) => call('changeRole', { params: { id: member.id }, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['members'] })
      notifyDone(`${member.name} is told nothing; what they may do holds from now on.`)
      done()
    },
  })
  return (
    <form onSubmit={form.onSubmit((body) => change.mutate(body))}>
      <Stack gap="sm">
        {change.isError && <ErrorState error={change.error} />}
        <Select
          label="Role"
          allowDeselect={false}
          data={ROLE_OPTIONS}
          description={ROLES[form.values.role].about}
          {...form.getInputProps('role')}
        />
        {form.values.role !== 'admin' && (
          <MultiSelect
            label="Administers these connections"
            description="Changes, pauses and deletes them, whatever the role allows elsewhere."
            data={(connections.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            placeholder={form.values.connectionIds.length === 0 ? 'Choose connections' : ''}
            nothingFoundMessage="Nothing is connected yet"
            {...form.getInputProps('connectionIds')}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending}>
            Change
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
