import { Badge, Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { auth } from '../../api/session.ts'
import { notifyDone } from '../../parts/notify.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { Enrolment, type Offer } from './Enrolment.tsx'
import { passwordQuery, sessionQuery } from './profile.ts'

/** Codes of an authenticator, asked for after the password. */
export function TwoFactor() {
  const session = useQuery(sessionQuery)
  const hasPassword = useQuery(passwordQuery)
  const isOn = session.data?.user.twoFactorEnabled === true
  return (
    <Paper>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>Second factor</Title>
          {session.isSuccess && <Badge color={isOn ? 'teal' : 'gray'}>{isOn ? 'On' : 'Off'}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          Six digits of an authenticator app, asked for after your password.
        </Text>
        {session.isPending && <LoadingState lines={2} />}
        {session.isError && <ErrorState error={session.error} retry={() => session.refetch()} />}
        {hasPassword.data === false && (
          <Text size="sm">It stands beside a password: set one first. A passkey needs no second factor.</Text>
        )}
        {session.isSuccess && hasPassword.data === true && (isOn ? <Off /> : <On />)}
      </Stack>
    </Paper>
  )
}

function On() {
  const [offer, setOffer] = useState<Offer>()
  const begin = useMutation({
    mutationFn: (password: string) => auth<Offer>('two-factor/enable', { password }),
    onSuccess: setOffer,
  })
  if (offer !== undefined) return <Enrolment offer={offer} />
  return (
    <WithPassword
      label="Switch it on"
      isPending={begin.isPending}
      error={begin.error}
      submit={(password) => begin.mutate(password)}
    />
  )
}

function Off() {
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: (password: string) => auth('two-factor/disable', { password }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      notifyDone('The second factor is off.')
    },
  })
  return (
    <WithPassword
      label="Switch it off"
      isPending={end.isPending}
      error={end.error}
      submit={(password) => end.mutate(password)}
    />
  )
}

type WithPasswordProps = {
  readonly label: string
  readonly isPending: boolean
  readonly error: unknown
  readonly submit: (password: string) => void
}

/** A session that was left open is not enough for this. */
function WithPassword({ label, isPending, error, submit }: WithPasswordProps) {
  const [password, setPassword] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit(password)
      }}
    >
      <Stack gap="sm">
        {error !== null && <ErrorState error={error} />}
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" variant="default" disabled={password === ''} loading={isPending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
