import { Badge, Button, Group, Stack, Table, Text, Tooltip } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Run } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatBytes, formatCount, formatDuration } from '../../parts/time.ts'

/** What was read when, newest first. */
export function Runs({ connectionId }: { readonly connectionId: string }) {
  const runs = useInfiniteQuery({
    queryKey: ['runs', connectionId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('listRuns', { params: { id: connectionId }, query: { limit: 50, after: pageParam } }, signal),
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  })
  if (runs.isPending) return <LoadingState />
  if (runs.isError) return <ErrorState error={runs.error} retry={() => runs.refetch()} />
  const items = runs.data.pages.flatMap((page) => page.items)
  if (items.length === 0)
    return (
      <EmptyState icon={<IconHistory size={40} stroke={1.2} />} title="No run yet">
        The first one begins as soon as the app is connected.
      </EmptyState>
    )
  return (
    <Stack>
      <div className="scroll-x">
        <Table miw={760}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Started</Table.Th>
              <Table.Th>Stream</Table.Th>
              <Table.Th>Ended</Table.Th>
              <Table.Th ta="right">Took</Table.Th>
              <Table.Th ta="right">Requests</Table.Th>
              <Table.Th ta="right">Received</Table.Th>
              <Table.Th ta="right">Records</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {runs.hasNextPage && (
        <Button variant="default" onClick={() => runs.fetchNextPage()} loading={runs.isFetchingNextPage}>
          Earlier runs
        </Button>
      )}
    </Stack>
  )
}

const COLORS: Readonly<Record<Run['state'], string>> = {
  running: 'water',
  done: 'teal',
  failed: 'red',
  interrupted: 'gray',
}

function Row({ run }: { readonly run: Run }) {
  const took = run.endedAt === undefined ? undefined : Date.parse(run.endedAt) - Date.parse(run.startedAt)
  return (
    <Table.Tr>
      <Table.Td>
        <Moment at={run.startedAt} size="sm" />
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="mono">
          {run.stream}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <Badge color={COLORS[run.state]}>{run.state}</Badge>
          {run.fault !== undefined && (
            <Tooltip label={`${run.fault.message}. ${run.fault.help}`}>
              <Text size="xs" c="dimmed" className="mono" tabIndex={0}>
                {run.fault.code}
              </Text>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
      <Table.Td ta="right" className="numbers">
        {took === undefined ? '' : formatDuration(took)}
      </Table.Td>
      <Table.Td ta="right" className="numbers">
        {formatCount(run.requests)}
      </Table.Td>
      <Table.Td ta="right" className="numbers">
        {formatBytes(run.bytes)}
      </Table.Td>
      <Table.Td ta="right" className="numbers">
        {formatCount(run.records)}
      </Table.Td>
    </Table.Tr>
  )
}
