import { Button, CopyButton, Group, Loader, Paper, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { AnswerOf, NextStep } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { failureOf } from '../../parts/problems.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { codeKey } from './code-key.ts'
import classes from './consent-code.module.css'

type Props = { readonly appName: string; readonly connectionId: string }
type Code = NonNullable<NextStep['code']>

/** Nothing comes of the code any more. */
const OVER = ['CONSENT_UNKNOWN', 'CONSENT_FOREIGN', 'CONSENT_EXPIRED', 'NOT_FOUND', 'NOT_ALLOWED']
const RETRY_MS = 5000

/** Shows the code to type into the app, asks what came of it, and goes on by itself. */
export function ConsentCode({ appName, connectionId }: Props) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const params = { id: connectionId }
  const asked = useQuery({
    queryKey: codeKey(connectionId),
    queryFn: () => call('askConsentByCode', { params }),
    retry: false,
    refetchOnWindowFocus: false,
    // The person is on another page meanwhile: there the code is typed.
    refetchIntervalInBackground: true,
    refetchInterval: ({ state: { data, error } }) => {
      if (error !== null) return OVER.includes(failureOf(error).code) ? false : RETRY_MS
      return data?.step === 'consent' ? (data.code?.intervalMs ?? RETRY_MS) : false
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  const renew = useMutation({
    mutationFn: () => call('authorizeConnection', { params }),
    onSuccess: (next) => queries.setQueryData<AnswerOf<'askConsentByCode'>>(codeKey(connectionId), next),
  })
  const isDone = asked.data?.step === 'done'
  useEffect(() => {
    if (!isDone) return
    queries.removeQueries({ queryKey: codeKey(connectionId) })
    void queries.invalidateQueries({ queryKey: ['connections'] })
    void navigate({ to: `/apps/${connectionId}`, search: { connected: '' } as never, replace: true })
  }, [isDone, connectionId, navigate, queries])
  if (asked.isPending || isDone) return <LoadingState />
  const { step, code, fault } = asked.data ?? {}
  const failure = asked.error ?? (step === 'failed' ? fault : undefined)
  const isOver = failure !== undefined && (step === 'failed' || OVER.includes(failureOf(failure).code))
  return (
    <Stack gap="md" mt="md" align="center">
      {failure !== undefined && <ErrorState error={failure} />}
      {renew.isError && <ErrorState error={renew.error} />}
      {isOver || code === undefined ? (
        <Button loading={renew.isPending} onClick={() => renew.mutate()} data-testid="new-code">
          Get a new code
        </Button>
      ) : (
        <Shown appName={appName} code={code} />
      )}
    </Stack>
  )
}

function Shown({ appName, code }: { readonly appName: string; readonly code: Code }) {
  const { userCode, verificationUrl, verificationUrlComplete = verificationUrl, expiresAt } = code
  return (
    <Paper p="lg" w="100%" maw={560}>
      <Stack gap="md" align="center">
        <Text ta="center">
          Open {appName} on any device, where you are signed in as its administrator, and type this code:
        </Text>
        <Text component="output" className={classes['code'] ?? ''} data-testid="user-code">
          {userCode}
        </Text>
        <Group justify="center" gap="xs">
          <Button
            component="a"
            href={verificationUrlComplete}
            target="_blank"
            rel="noopener noreferrer"
            leftSection={<IconExternalLink size={16} />}
          >
            Open {appName}
          </Button>
          <CopyButton value={userCode}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              >
                {copied ? 'Copied' : 'Copy the code'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm" c="dimmed" ta="center" className={classes['address'] ?? ''}>
          {verificationUrl}
        </Text>
        <Group gap="xs" justify="center" wrap="nowrap">
          <Loader size={14} aria-hidden />
          <Text size="sm">Waiting for your consent; this page goes on by itself.</Text>
        </Group>
        <Remaining until={expiresAt} />
      </Stack>
    </Paper>
  )
}

/** Counts down, silently: a screen reader that is asked for it says it, and is not interrupted every second. */
function Remaining({ until }: { readonly until: string }) {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const beat = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(beat)
  }, [])
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - nowMs) / 1000))
  return (
    <Text size="sm" c="dimmed" className="numbers" role="timer" aria-live="off">
      {seconds === 0
        ? 'The code is over.'
        : `The code is good for ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} minutes.`}
    </Text>
  )
}
