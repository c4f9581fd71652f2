import { Anchor, Button, Paper, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconBuilding, IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.generated.ts'
import { auth } from '../../api/session.ts'
import { SixDigits } from '../../parts/SixDigits.tsx'
import { ErrorState } from '../../parts/States.tsx'
import { canHavePasskeys, signInWithPasskey } from './passkey.ts'

type Props = { readonly meta: AnswerOf<'getMeta'>; readonly enter: () => void }

/** E-mail and password, then the second factor where there is one; or a passkey. */
export function PasswordForm({ meta, enter }: Props) {
  const queries = useQueryClient()
  const [needsCode, setNeedsCode] = useState(false)
  const [hasAsked, setHasAsked] = useState(false)
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (text) => (/^\S+@\S+$/.test(text) ? null : 'Your e-mail address'),
      password: (text) => (text === '' ? 'Your password' : null),
    },
  })
  const done = () => {
    queries.removeQueries({ queryKey: ['me'] })
    enter()
  }
  const signIn = useMutation({
    mutationFn: (given: typeof form.values) => auth<{ twoFactorRedirect?: boolean }>('sign-in/email', given),
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect === true ? setNeedsCode(true) : done()),
  })
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: done })
  const forgot = useMutation({
    mutationFn: () =>
      auth('request-password-reset', { email: form.values.email, redirectTo: '/reset-password' }),
    onSuccess: () => setHasAsked(true),
  })
  const sso = useMutation({
    mutationFn: () => auth<{ url: string }>('sign-in/sso', { email: form.values.email, callbackURL: '/' }),
    onSuccess: ({ url }) => window.location.assign(url),
  })
  if (needsCode) return <SecondFactor done={done} />
  return (
    <Paper p="lg">
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <Stack gap="sm">
          {signIn.isError && <ErrorState error={signIn.error} />}
          {sso.isError && <ErrorState error={sso.error} />}
          {passkey.isError && <ErrorState error={passkey.error} />}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username webauthn"
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
          {meta.signIn.passkey && canHavePasskeys() && (
            <Button
              variant="default"
              leftSection={<IconFingerprint size={18} />}
              loading={passkey.isPending}
              onClick={() => passkey.mutate()}
            >
              Use a passkey
            </Button>
          )}
          {meta.signIn.sso && (
            <Button
              variant="default"
              leftSection={<IconBuilding size={18} />}
              loading={sso.isPending}
              onClick={() => !form.validateField('email').hasError && sso.mutate()}
            >
              Use your company’s sign-in
            </Button>
          )}
          {hasAsked ? (
            <Text size="sm" c="dimmed">
              If somebody has this address, a letter is on its way.
            </Text>
          ) : (
            <Anchor
              component="button"
              type="button"
              size="sm"
              onClick={() => !form.validateField('email').hasError && forgot.mutate()}
            >
              Forgot your password?
            </Anchor>
          )}
        </Stack>
      </form>
    </Paper>
  )
}

function SecondFactor({ done }: { readonly done: () => void }) {
  const [hasLost, setHasLost] = useState(false)
  const [backup, setBackup] = useState('')
  const [failures, setFailures] = useState(0)
  const verify = useMutation({
    mutationFn: (code: string) =>
      auth(hasLost ? 'two-factor/verify-backup-code' : 'two-factor/verify-totp', { code }),
    onSuccess: done,
    onError: () => setFailures(failures + 1),
  })
  if (hasLost)
    return (
      <Paper p="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            verify.mutate(backup.trim())
          }}
        >
          <Stack gap="sm">
            {verify.isError && <ErrorState error={verify.error} />}
            <TextInput
              label="A backup code"
              description="Each opens once."
              autoComplete="off"
              data-autofocus
              value={backup}
              onChange={(event) => setBackup(event.currentTarget.value)}
            />
            <Button type="submit" disabled={backup.trim() === ''} loading={verify.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    )
  return (
    <Paper p="lg">
      <Stack gap="sm">
        <Text size="sm">The six digits that your authenticator shows:</Text>
        {verify.isError && <ErrorState error={verify.error} />}
        <SixDigits submit={verify.mutate} failures={failures} isPending={verify.isPending} autoFocus />
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            verify.reset()
            setHasLost(true)
          }}
        >
          Use a backup code
        </Anchor>
      </Stack>
    </Paper>
  )
}
