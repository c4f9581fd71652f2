import { Button, Grid, Group, Paper, Stack, Text } from '@mantine/core'
import { IconActivity, IconFilterOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { call } from '../../api/session.ts'
import { Page } from '../../parts/Page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'
import { EventTable } from './EventTable.tsx'
import { ExportButton } from './ExportButton.tsx'
import { Facets } from './Facets.tsx'
import { FilterBar } from './FilterBar.tsx'
import { type Field, type Filter, queryOf, readFilter, withValue } from './filter.ts'
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
      <Paper p="sm">
        <Group justify="space-between" mb={4}>
          <Text size="sm" fw={600} className="numbers" aria-live="polite" data-testid="total">
            {histogram.data === undefined ? '…' : `${formatCount(histogram.data.total)} events`}
          </Text>
          <Text size="xs" c="dimmed">
            Drag over the bars to zoom in
          </Text>
        </Group>
        {histogram.isError && <ErrorState error={histogram.error} retry={() => histogram.refetch()} />}
        <Histogram
          buckets={histogram.data?.buckets ?? []}
          toMs={Date.parse(query.to)}
          select={(from, to) =>
            change({ where: filter.where, from, to, ...(filter.text && { text: filter.text }) })
          }
        />
      </Paper>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 3, xl: 2 }} order={{ base: 2, md: 1 }}>
          <Facets
            facets={facets.data?.facets ?? []}
            filter={filter}
            pick={(field, value, operator) => change(withValue(filter, field, value, operator))}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 9, xl: 10 }} order={{ base: 1, md: 2 }}>
          <Stack>
            {events.isPending && <LoadingState label="Searching" />}
            {events.isError && <ErrorState error={events.error} retry={() => events.refetch()} />}
            {events.isSuccess && rows.length === 0 && (
              <EmptyState
                icon={<IconActivity size={40} stroke={1.2} />}
                title={isFiltered ? 'Nothing fits' : 'Nothing happened in this time'}
                action={
                  isFiltered && (
                    <Button
                      variant="default"
                      leftSection={<IconFilterOff size={16} />}
                      onClick={() => change({ where: [], ...(filter.last && { last: filter.last }) })}
                    >
                      Take the filters away
                    </Button>
                  )
                }
              >
                {isFiltered
                  ? 'Take a condition away, or look at a longer time.'
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
        </Grid.Col>
      </Grid>
    </Page>
  )
}
