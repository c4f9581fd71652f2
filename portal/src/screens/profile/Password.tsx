import { Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { auth, useMe } from '../../api/session.ts'
import { notifyDone, notifyFailure } from '../../parts/notify.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { passwordQuery, sessionsQuery } from './profile.ts'

/** Another password; whoever has no password is sent a letter to set one. */
export function Password() {
  const has = useQuery(passwordQuery)
  return (
    <Paper>
      <Stack gap="sm">
        <Title order={2}>Password</Title>
        {has.isPending && <LoadingState lines={2} />}
        {has.isError && <ErrorState error={has.error} retry={() => has.refetch()} />}
        {has.data === true && <Change />}
        {has.data === false && <First />}
      </Stack>
    </Paper>
  )
}

function First() {
  const me = useMe()
  const email = me.data?.user?.email
  const ask = useMutation({
    mutationFn: () => auth('request-password-reset', { email, redirectTo: '/reset-password' }),
    onSuccess: () => notifyDone(`A letter is on its way to ${email}.`),
    onError: notifyFailure,
  })
  return (
    <>
      <Text size="sm" c="dimmed">
        You have no password: you sign in another way.
      </Text>
      <Group>
        <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
          Set one by letter
        </Button>
      </Group>
    </>
  )
}

function Change() {
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: {
      currentPassword: (text) => (text === '' ? 'The one you have now' : null),
      newPassword: (text) => (text.length < 12 ? 'At least 12 characters' : null),
    },
  })
  const change = useMutation({
    mutationFn: (body: typeof form.values) => auth('change-password', { ...body, revokeOtherSessions: true }),
    onSuccess: async () => {
      form.reset()
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
      notifyDone('Your password was changed; every other session has ended.')
    },
  })
  return (
    <form onSubmit={form.onSubmit((body) => change.mutate(body))}>
      <Stack gap="sm">
        {change.isError && <ErrorState error={change.error} />}
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label="New password"
          description="At least 12 characters. Every other session ends."
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
