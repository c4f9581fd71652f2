import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { auth } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'
import { Frame } from './Frame.tsx'

/** Where the letter about a new password leads. */
export function ResetPassword() {
  const { token } = useSearch({ strict: false }) as { token?: unknown }
  return (
    <Frame title="Set a new password">
      <Paper p="lg">
        <Stack gap="sm">
          <Title order={2}>Set a new password</Title>
          {typeof token === 'string' ? <Form token={token} /> : <TooLate />}
        </Stack>
      </Paper>
    </Frame>
  )
}

function TooLate() {
  return (
    <>
      <Text size="sm">This link has ended or was used. A link holds for one hour; ask for another.</Text>
      <Button component={Link} to="/sign-in">
        Sign in
      </Button>
    </>
  )
}

function Form({ token }: { readonly token: string }) {
  const form = useForm({
    initialValues: { newPassword: '' },
    validate: { newPassword: (text) => (text.length < 12 ? 'At least 12 characters' : null) },
  })
  const reset = useMutation({
    mutationFn: ({ newPassword }: typeof form.values) => auth('reset-password', { newPassword, token }),
  })
  if (reset.isSuccess)
    return (
      <>
        <Alert color="teal" variant="light" icon={<IconCheck size={18} />} title="Your password was set">
          Every session you had has ended.
        </Alert>
        <Button component={Link} to="/sign-in">
          Sign in
        </Button>
      </>
    )
  return (
    <form onSubmit={form.onSubmit((values) => reset.mutate(values))}>
      <Stack gap="sm">
        {reset.isError && <ErrorState error={reset.error} />}
        <PasswordInput
          label="New password"
          description="At least 12 characters."
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        <Button type="submit" loading={reset.isPending}>
          Set it
        </Button>
      </Stack>
    </form>
  )
}
