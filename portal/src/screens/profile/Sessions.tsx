import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { auth } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { notifyFailure } from '../../parts/notify.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { type Session, sessionQuery, sessionsQuery } from './profile.ts'

/** Where one is signed in, and how to end it. */
export function Sessions() {
  const sessions = useQuery(sessionsQuery)
  const own = useQuery(sessionQuery)
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: (token: string | undefined) =>
      token === undefined ? auth('revoke-other-sessions', {}) : auth('revoke-session', { token }),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError: notifyFailure,
  })
  const ownToken = own.data?.session.token
  const sorted = (sessions.data ?? []).toSorted(
    (a, b) =>
      Number(b.token === ownToken) - Number(a.token === ownToken) || b.createdAt.localeCompare(a.createdAt),
  )
  return (
    <Paper>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>Sessions</Title>
          {sorted.length > 1 && (
            <Button size="compact-sm" variant="default" onClick={() => end.mutate(undefined)}>
              End all others
            </Button>
          )}
        </Group>
        {sessions.isPending && <LoadingState lines={2} />}
        {sessions.isError && <ErrorState error={sessions.error} retry={() => sessions.refetch()} />}
        {sorted.map((session) => (
          <Group key={session.id} justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Text size="sm" className="clip">
                {deviceOf(session)}
              </Text>
              <Text size="xs" c="dimmed">
                Began <Moment at={session.createdAt} inherit />, ends{' '}
                <Moment at={session.expiresAt} inherit />
              </Text>
            </div>
            {session.token === ownToken ? (
              <Badge color="teal">This session</Badge>
            ) : (
              <Button size="compact-sm" variant="default" onClick={() => end.mutate(session.token)}>
                End
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}

const BROWSERS = [/Edg\/\d+/, /Firefox\/\d+/, /Chrome\/\d+/, /Safari\/\d+/]
const SYSTEMS = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux']

/** As people call it: Firefox/130 on Windows. */
function deviceOf({ userAgent }: Session): string {
  const agent = userAgent ?? ''
  const browser = BROWSERS.map((name) => name.exec(agent)?.[0]).find((found) => found !== undefined)
  const system = SYSTEMS.find((name) => agent.includes(name))
  if (browser === undefined) return agent === '' ? 'A browser that did not say which' : agent
  return system === undefined ? browser : `${browser} on ${system}`
}
