import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { auth, useSignOut } from '../../api/session.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { ROLES, type Role } from '../organisation/roles.ts'
import { sessionQuery } from '../profile/profile.ts'
import { Frame } from './Frame.tsx'
import { SignUpForm } from './SignUpForm.tsx'

type Asked = {
  readonly id: string
  readonly organizationId: string
  readonly organizationName: string
  readonly inviterEmail: string
  readonly email: string
  readonly role: string
}

/** Where the letter of an invitation leads: sign in or sign up, then accept or decline. */
export function Invitation() {
  const { invitationId } = useParams({ strict: false }) as { invitationId: string }
  const session = useQuery(sessionQuery)
  return (
    <Frame title="Invitation">
      <Paper p="lg">
        <Stack gap="sm">
          <Title order={2}>Invitation</Title>
          {session.isPending && <LoadingState />}
          {session.isError && <ErrorState error={session.error} retry={() => session.refetch()} />}
          {session.data === null && <Stranger invitationId={invitationId} />}
          {session.data && <Answer invitationId={invitationId} email={session.data.user.email} />}
        </Stack>
      </Paper>
    </Frame>
  )
}

/** Only whoever has the address sees what the invitation says. */
function Stranger({ invitationId }: { readonly invitationId: string }) {
  const to = `/invitations/${invitationId}`
  return (
    <>
      <Text size="sm">
        Sign in with the address the letter was sent to, or make an account for it. Then you see who invites
        you.
      </Text>
      <Button component={Link} to="/sign-in" search={{ to } as never}>
        I have an account
      </Button>
      <SignUpForm callbackURL={to} />
    </>
  )
}

type AnswerProps = { readonly invitationId: string; readonly email: string }

function Answer({ invitationId, email }: AnswerProps) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const signOut = useSignOut()
  const asked = useQuery({
    queryKey: ['invitation', invitationId],
    queryFn: () =>
      auth<Asked>(`organization/get-invitation?id=${encodeURIComponent(invitationId)}`, {}, 'GET'),
  })
  const answer = useMutation({
    mutationFn: async (word: 'accept' | 'reject') => {
      await auth(`organization/${word}-invitation`, { invitationId })
      if (word === 'accept' && asked.data !== undefined)
        await auth('organization/set-active', { organizationId: asked.data.organizationId })
    },
    onSuccess: async () => {
      queries.clear()
      await navigate({ to: '/' })
    },
  })
  if (asked.isPending) return <LoadingState />
  if (asked.isError)
    return (
      <>
        <ErrorState error={asked.error} />
        <Text size="sm">
          You are signed in as {email}. An invitation holds for two days, and for the address it was sent to
          only.
        </Text>
        <Group>
          <Button variant="default" onClick={() => signOut.mutate()}>
            Sign out
          </Button>
          <Button component={Link} to="/">
            To Fairlead
          </Button>
        </Group>
      </>
    )
  const { organizationName, inviterEmail, role } = asked.data
  const known = role in ROLES ? ROLES[role as Role] : undefined
  return (
    <>
      <Text size="sm">
        {inviterEmail} invites you to <b>{organizationName}</b> as {known?.label ?? role}.
      </Text>
      {known !== undefined && (
        <Text size="sm" c="dimmed">
          {known.about}
        </Text>
      )}
      {answer.isError && <ErrorState error={answer.error} />}
      <Group>
        <Button loading={answer.isPending} onClick={() => answer.mutate('accept')}>
          Accept
        </Button>
        <Button variant="default" disabled={answer.isPending} onClick={() => answer.mutate('reject')}>
          Decline
        </Button>
      </Group>
    </>
  )
}
