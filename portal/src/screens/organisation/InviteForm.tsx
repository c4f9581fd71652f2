import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/session.ts'
import { notifyDone } from '../../parts/notify.ts'
import { ErrorState } from '../../parts/States.tsx'
import { ROLE_OPTIONS, ROLES, type Role } from './roles.ts'

/** Asks for an address and a role; the rest is in the letter. */
export function InviteForm({ done }: { readonly done: () => void }) {
  const queries = useQueryClient()
  const form = useForm<{ email: string; role: Role }>({
    initialValues: { email: '', role: 'analyst' },
    validate: { email: (text) => (/^\S+@\S+$/.test(text) ? null : 'An e-mail address') },
  })
  const invite = useMutation({
    mutationFn: (body: typeof form.values) => call('inviteMember', { body }),
    onSuccess: async ({ email }) => {
      await queries.invalidateQueries({ queryKey: ['invitations'] })
      notifyDone(`A letter is on its way to ${email}.`)
      done()
    },
  })
  return (
    <form onSubmit={form.onSubmit((body) => invite.mutate(body))}>
      <Stack gap="sm">
        {invite.isError && <ErrorState error={invite.error} />}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Select
          label="Role"
          allowDeselect={false}
          data={ROLE_OPTIONS}
          description={ROLES[form.values.role].about}
          {...form.getInputProps('role')}
        />
        {form.values.role === 'instance_admin' && (
          <Text size="sm" c="dimmed">
            Name the connections when they have joined.
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={invite.isPending}>
            Send the invitation
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
