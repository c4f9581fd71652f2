import { Anchor, Group, Paper, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'
import { type Filter, queryOf } from './filter.ts'
import { Histogram } from './Histogram.tsx'

/** The shape of what fits a filter, and the way to all of it. */
export function ActivityChart({ filter, about }: { readonly filter: Filter; readonly about: string }) {
  const [nowMs] = useState(() => Date.now())
  const query = queryOf(filter, nowMs)
  const histogram = useQuery({
    queryKey: ['histogram', query],
    queryFn: ({ signal }) => call('getHistogram', { query: { ...query, buckets: 60 } }, signal),
  })
  if (histogram.isError) return <ErrorState error={histogram.error} retry={() => histogram.refetch()} />
  const total = histogram.data?.total
  return (
    <Paper p="sm">
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600} className="numbers">
          {total === undefined ? '…' : `${formatCount(total)} events ${about}`}
        </Text>
        <Anchor component={Link} to="/activity" search={filter as never} size="sm">
          Open in Activity
        </Anchor>
      </Group>
      <Histogram buckets={histogram.data?.buckets ?? []} toMs={Date.parse(query.to)} />
    </Paper>
  )
}
