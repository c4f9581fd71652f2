import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'

/** The first administrator, once: with the token that only somebody at the console has seen. */
export function SetupForm({ enter }: { readonly enter: () => void }) {
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { token: '', name: '', email: '', password: '', organisation: '' },
    validate: {
      token: (text) => (text === '' ? 'The token printed on the console' : null),
      name: (text) => (text === '' ? 'Your name' : null),
      email: (text) => (/^\S+@\S+$/.test(text) ? null : 'Your e-mail address'),
      password: (text) => (text.length < 12 ? 'At least 12 characters' : null),
      organisation: (text) => (text === '' ? 'The name of your organisation' : null),
    },
  })
  const setUp = useMutation({
    mutationFn: (body: typeof form.values) => call('setUp', { body }),
    onSuccess: () => {
      queries.clear()
      enter()
    },
  })
  return (
    <Paper p="lg">
      <form onSubmit={form.onSubmit((values) => setUp.mutate(values))}>
        <Stack gap="sm">
          <Title order={2}>Set up Fairlead</Title>
          <Text size="sm" c="dimmed">
            Nobody administers this platform yet. The token is on the console of whoever started it.
          </Text>
          {setUp.isError && <ErrorState error={setUp.error} />}
          <TextInput label="Token" autoComplete="off" {...form.getInputProps('token')} />
          <TextInput label="Organisation" {...form.getInputProps('organisation')} />
          <TextInput label="Your name" autoComplete="name" {...form.getInputProps('name')} />
          <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
          <PasswordInput label="Password" autoComplete="new-password" {...form.getInputProps('password')} />
          <Button type="submit" loading={setUp.isPending}>
            Become the administrator
          </Button>
        </Stack>
      </form>
    </Paper>
  )
}
