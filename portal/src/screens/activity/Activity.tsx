import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { IconActivity, IconCalendar, IconFilterOff } from '@tabler/icons-react'
import { keepPreviousData, type UseQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { AnswerOf } from '../../api/client.generated.ts'
import { connectionsQuery } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { Page } from '../../parts/Page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'
import classes from './activity.module.css'
import { EventTable } from './EventTable.tsx'
import { ExportButton } from './ExportButton.tsx'
import { Facets } from './Facets.tsx'
import { FilterBar } from './FilterBar.tsx'
import { DEFAULT_LAST, type Field, type Filter, queryOf, readFilter, spanMs, withValue } from './filter.ts'
import { Histogram } from './Histogram.tsx'
import { SavedQueries } from './SavedQueries.tsx'

const FACETS: Field[] = ['app', 'action', 'status', 'actor', 'ip', 'country', 'severity', 'resourceType']

/** Everything that happened, in every app: filter, see its shape, open any of it. */
export function Activity() {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const filter = useMemo(() => readFilter(search), [search])
  // One moment for all questions of one look; a new look takes a new one.
  const [nowMs, setNowMs] = useState(() => Date.now())
  const query = useMemo(() => queryOf(filter, nowMs), [filter, nowMs])
  const change = (next: Filter) => {
    setNowMs(Date.now())
    void navigate({ to: '/activity', search: next as never })
  }
  const histogram = useQuery({
    queryKey: ['histogram', query],
    queryFn: ({ signal }) => call('getHistogram', { query: { ...query, buckets: 60 } }, signal),
    placeholderData: keepPreviousData,
  })
  const facets = useQuery({
    queryKey: ['facets', query],
    queryFn: ({ signal }) => call('getFacets', { query: { ...query, fields: FACETS, limit: 6 } }, signal),
    placeholderData: keepPreviousData,
  })
  const events = useInfiniteQuery({
    queryKey: ['activity', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('searchActivity', { query: { ...query, limit: 100, after: pageParam } }, signal),
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
  const rows = events.data?.pages.flatMap((page) => page.items) ?? []
  const isFiltered = filter.where.length > 0 || (filter.text ?? '') !== ''
  const hasFacets = facets.data?.facets.some(({ values }) => values.length > 0) === true
  return (
    <Page
      title="Activity"
      about="What people and apps did, everywhere, in one vocabulary."
      actions={
        <>
          <SavedQueries filter={filter} change={change} />
          <ExportButton filter={filter} expected={histogram.data?.total} />
        </>
      }
    >
      <FilterBar filter={filter} change={change} refresh={() => setNowMs(Date.now())} />
      <Shape
        histogram={histogram}
        toMs={Date.parse(query.to)}
        select={(from, to) =>
          change({ where: filter.where, from, to, ...(filter.text && { text: filter.text }) })
        }
      />
      <div className={classes['explorer']} data-has-facets={hasFacets || undefined}>
        {hasFacets && (
          <div>
            <Facets
              facets={facets.data?.facets ?? []}
              filter={filter}
              pick={(field, value, operator) => change(withValue(filter, field, value, operator))}
            />
          </div>
        )}
        <Stack>
          {events.isPending && <LoadingState label="Searching" />}
          {events.isError && <ErrorState error={events.error} retry={() => events.refetch()} />}
          {events.isSuccess && rows.length === 0 && (
            <EmptyState
              icon={<IconActivity size={40} stroke={1.2} />}
              title={isFiltered ? 'Nothing fits' : 'Nothing happened in this time'}
              action={<WayOut filter={filter} isFiltered={isFiltered} change={change} />}
            >
              {isFiltered
                ? 'Clear a condition, or look at a longer time.'
                : 'Look at a longer time, or connect an app: its first events appear within a minute.'}
            </EmptyState>
          )}
          {rows.length > 0 && (
            <EventTable rows={rows} pick={(field, value) => change(withValue(filter, field, value))} />
          )}
          {events.hasNextPage && (
            <Button
              variant="default"
              onClick={() => events.fetchNextPage()}
              loading={events.isFetchingNextPage}
            >
              Earlier events
            </Button>
          )}
        </Stack>
      </div>
    </Page>
  )
}

type ShapeProps = {
  readonly histogram: UseQueryResult<AnswerOf<'getHistogram'>>
  readonly toMs: number
  readonly select: (from: string, to: string) => void
}

/** How many events there are, and when they happened. */
function Shape({ histogram, toMs, select }: ShapeProps) {
  const { data } = histogram
  return (
    <Paper p="sm">
      <Text size="sm" fw={600} className="numbers" mb={4} aria-live="polite" data-testid="total">
        {data === undefined ? '…' : `${formatCount(data.total)} events`}
      </Text>
      {histogram.isError && <ErrorState error={histogram.error} retry={() => histogram.refetch()} />}
      {data !== undefined && data.total > 0 && (
        <Histogram buckets={data.buckets} toMs={toMs} select={select} />
      )}
    </Paper>
  )
}

const LONGER = '30d'

type WayOutProps = {
  readonly filter: Filter
  readonly isFiltered: boolean
  readonly change: (next: Filter) => void
}

/** Where nothing is shown: fewer conditions, or more time. */
function WayOut({ filter, isFiltered, change }: WayOutProps) {
  const { from, to, last = DEFAULT_LAST, ...rest } = filter
  const connections = useQuery(connectionsQuery)
  if (connections.data?.items.length === 0)
    return (
      <Button component={Link} to="/catalog">
        Open the catalog
      </Button>
    )
  const isShort = from !== undefined || spanMs(last) < spanMs(LONGER)
  return (
    <Group gap="xs" justify="center">
      {isFiltered && (
        <Button
          variant="default"
          leftSection={<IconFilterOff size={16} />}
          onClick={() => change({ where: [], ...(filter.last && { last: filter.last }) })}
        >
          Clear the filters
        </Button>
      )}
      {isShort && (
        <Button
          variant="default"
          leftSection={<IconCalendar size={16} />}
          onClick={() => change({ ...rest, last: LONGER })}
        >
          Last 30 days
        </Button>
      )}
    </Group>
  )
}
