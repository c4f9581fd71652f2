import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconMail } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { auth } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'

/** An account for an address; the letter that confirms it leads back. */
export function SignUpForm({ callbackURL }: { readonly callbackURL: string }) {
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (text) => (text.trim() === '' ? 'Your name' : null),
      email: (text) => (/^\S+@\S+$/.test(text) ? null : 'The address the letter was sent to'),
      password: (text) => (text.length < 12 ? 'At least 12 characters' : null),
    },
  })
  const signUp = useMutation({
    mutationFn: (values: typeof form.values) => auth('sign-up/email', { ...values, callbackURL }),
  })
  if (signUp.isSuccess)
    return (
      <Alert variant="light" icon={<IconMail size={18} />} title="A letter is on its way">
        Confirm your address with the link in it, within one hour. It leads back here.
      </Alert>
    )
  return (
    <form onSubmit={form.onSubmit((values) => signUp.mutate(values))}>
      <Stack gap="sm">
        <Divider label="or make one" />
        {signUp.isError && <ErrorState error={signUp.error} />}
        <TextInput label="Your name" autoComplete="name" {...form.getInputProps('name')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
        <PasswordInput
          label="Password"
          description="At least 12 characters."
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" variant="default" loading={signUp.isPending}>
          Make the account
        </Button>
      </Stack>
    </form>
  )
}
