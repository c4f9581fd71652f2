import { Alert, Code, Group, Paper, Stack, Text } from '@mantine/core'
import { IconMail, IconMailOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'

/** Letters that wait because there is no mail server: the operator hands their links over. */
export function Outbox() {
  const outbox = useQuery({
    queryKey: ['outbox'],
    queryFn: ({ signal }) => call('listOutbox', {}, signal),
    refetchInterval: 10_000,
  })
  return (
    <Page title="Outbox" about="Invitations and other letters, while no mail server is set.">
      {outbox.isPending && <LoadingState />}
      {outbox.isError && <ErrorState error={outbox.error} retry={() => outbox.refetch()} />}
      {outbox.data?.isUsed === true && (
        <Alert variant="light" color="rope" icon={<IconMailOff size={18} />} title="No mail server is set">
          Set SMTP_URL and letters are sent. Until then hand over the links below yourself: whoever has one
          can use it.
        </Alert>
      )}
      {outbox.data?.items.length === 0 && (
        <EmptyState icon={<IconMail size={40} stroke={1.2} />} title="No letter waits">
          {outbox.data.isUsed
            ? 'Invite somebody, and the letter appears here.'
            : 'A mail server is set: letters are sent, not kept.'}
        </EmptyState>
      )}
      <Stack>
        {outbox.data?.items.map(({ id, to, subject, text, at }) => (
          <Paper key={id}>
            <Group justify="space-between" mb="xs" wrap="nowrap">
              <div style={{ minWidth: 0 }}>
                <Text fw={600} size="sm" className="clip">
                  {subject}
                </Text>
                <Text size="xs" c="dimmed" className="clip">
                  {to}
                </Text>
              </div>
              <Moment at={at} size="xs" c="dimmed" />
            </Group>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {text}
            </Code>
          </Paper>
        ))}
      </Stack>
    </Page>
  )
}
