import { Badge, Button, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Run } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Drawn } from '../../parts/Drawn.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatBytes, formatCount, formatDuration } from '../../parts/time.ts'
import { FaultText } from './FaultText.tsx'

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
      <RunTable runs={items} />
      {runs.hasNextPage && (
        <Button variant="default" onClick={() => runs.fetchNextPage()} loading={runs.isFetchingNextPage}>
          Earlier runs
        </Button>
      )}
    </Stack>
  )
}

const STATES: Readonly<Record<Run['state'], readonly [color: string, word: string]>> = {
  running: ['water', 'Running'],
  done: ['teal', 'Done'],
  failed: ['red', 'Failed'],
  interrupted: ['gray', 'Interrupted'],
}
const REASONS: Readonly<Record<Run['reason'], string>> = {
  schedule: 'On schedule',
  first: 'First sync',
  person: 'Somebody asked',
  backfill: 'Read again',
  replay: 'Replay',
}

function RunTable({ runs }: { readonly runs: readonly Run[] }) {
  const longest = Math.max(1, ...runs.map((run) => tookMs(run) ?? 0))
  const most = Math.max(1, ...runs.map(({ records }) => records))
  const columns: readonly Column<Run>[] = [
    {
      title: 'Stream',
      cell: ({ stream, reason }) => (
        <>
          <Text size="sm" className="mono">
            {stream}
          </Text>
          <Text size="xs" c="dimmed">
            {REASONS[reason]}
          </Text>
        </>
      ),
    },
    { title: 'Started', cell: ({ startedAt }) => <Moment at={startedAt} size="sm" /> },
    {
      title: 'Outcome',
      cell: ({ state }) => <Badge color={STATES[state][0]}>{STATES[state][1]}</Badge>,
    },
    {
      title: 'Took',
      isNumber: true,
      cell: (run) => <Drawn text={durationOf(run)} share={(tookMs(run) ?? 0) / longest} />,
    },
    { title: 'Requests', isNumber: true, cell: ({ requests }) => formatCount(requests) },
    { title: 'Received', isNumber: true, cell: ({ bytes }) => formatBytes(bytes) },
    {
      title: 'Records',
      isNumber: true,
      cell: ({ records }) => <Drawn text={formatCount(records)} share={records / most} />,
    },
  ]
  return (
    <DataTable
      columns={columns}
      rows={runs}
      keyOf={({ id }) => id}
      minWidth={760}
      testId="runs"
      below={({ fault }) => fault !== undefined && <FaultText fault={fault} />}
    />
  )
}

const tookMs = ({ startedAt, endedAt }: Run): number | undefined =>
  endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt)

function durationOf(run: Run): string {
  const took = tookMs(run)
  return took === undefined ? '…' : formatDuration(took)
}
