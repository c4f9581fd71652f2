import { Button, Code, Collapse, Group, Paper, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconShieldCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Quarantined } from '../../api/client.generated.ts'
import { call, useMay } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { notifyDone, notifyFailure } from '../../parts/notify.ts'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'

/** Records that could not become events, with the reason; they wait, nothing is lost. */
export function Quarantine({ connectionId }: { readonly connectionId: string }) {
  const may = useMay()
  const queries = useQueryClient()
  const items = useQuery({
    queryKey: ['quarantine', connectionId],
    queryFn: ({ signal }) =>
      call('listQuarantine', { params: { id: connectionId }, query: { limit: 100 } }, signal),
    enabled: may('quarantine.read'),
  })
  const replay = useMutation({
    mutationFn: () => call('replayQuarantine', { params: { id: connectionId }, body: {} }),
    onSuccess: ({ replayed, stillFailing }) => {
      void queries.invalidateQueries({ queryKey: ['quarantine', connectionId] })
      void queries.invalidateQueries({ queryKey: ['streams', connectionId] })
      notifyDone(`${replayed} became events; ${stillFailing} still do not.`)
    },
    onError: notifyFailure,
  })
  if (!may('quarantine.read')) return <Text c="dimmed">Your role does not read the quarantine.</Text>
  if (items.isPending) return <LoadingState />
  if (items.isError) return <ErrorState error={items.error} retry={() => items.refetch()} />
  const waiting = items.data.items.filter(({ replayedAt }) => replayedAt === undefined)
  if (waiting.length === 0)
    return (
      <EmptyState icon={<IconShieldCheck size={40} stroke={1.2} />} title="The quarantine is empty">
        A record that cannot be mapped comes here, with the reason, and waits until the mapping is corrected.
      </EmptyState>
    )
  return (
    <Stack>
      {may('quarantine.replay') && (
        <Group>
          <Button onClick={() => replay.mutate()} loading={replay.isPending}>
            Replay all
          </Button>
          <Text size="sm" c="dimmed">
            With the connector as it is now.
          </Text>
        </Group>
      )}
      {waiting.map((item) => (
        <Item key={item.id} connectionId={connectionId} item={item} />
      ))}
    </Stack>
  )
}

function Item({ connectionId, item }: { readonly connectionId: string; readonly item: Quarantined }) {
  const [isOpen, { toggle }] = useDisclosure(false)
  const whole = useQuery({
    queryKey: ['quarantined', item.id],
    queryFn: ({ signal }) =>
      call('getQuarantined', { params: { id: connectionId, itemId: item.id } }, signal),
    enabled: isOpen,
  })
  return (
    <Paper p="sm">
      <Group justify="space-between" gap="xs">
        <div style={{ flex: '1 1 240px', minWidth: 0 }}>
          <Text size="sm" fw={600} lineClamp={3} style={{ overflowWrap: 'anywhere' }} title={item.message}>
            {item.message}
          </Text>
          <Text size="xs" c="dimmed" component="div" mt={2}>
            <Code>{item.code}</Code> in <span className="mono">{item.stream}</span>,{' '}
            <Moment at={item.createdAt} inherit />
          </Text>
        </div>
        <Button size="compact-sm" variant="default" onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? 'Hide' : 'Show'} record
        </Button>
      </Group>
      <Collapse expanded={isOpen}>
        {whole.isLoading && <LoadingState lines={3} />}
        {whole.isError && <ErrorState error={whole.error} retry={() => whole.refetch()} />}
        {whole.isSuccess && (
          <Code block mt="sm" mah={320} style={{ overflow: 'auto' }} tabIndex={0}>
            {JSON.stringify(whole.data.record, null, 2)}
          </Code>
        )}
      </Collapse>
    </Paper>
  )
}
