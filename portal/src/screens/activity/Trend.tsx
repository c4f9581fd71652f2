import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/session.ts'
import { formatCount } from '../../parts/time.ts'
import classes from './activity.module.css'
import { queryOf } from './filter.ts'

const BUCKETS = 30
const [WIDTH, HEIGHT] = [120, 28]

/** Thirty days of a connection in the space of a word: a bar a day. */
export function Trend({ connectionId }: { readonly connectionId: string }) {
  const [nowMs] = useState(() => Date.now())
  const query = queryOf({ last: '30d', where: [`connection:is:${connectionId}`] }, nowMs)
  const histogram = useQuery({
    queryKey: ['histogram', 'trend', query],
    queryFn: ({ signal }) => call('getHistogram', { query: { ...query, buckets: BUCKETS } }, signal),
    staleTime: 60_000,
  })
  const buckets = histogram.data?.buckets ?? []
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const label = `${formatCount(histogram.data?.total ?? 0)} events in 30 days, at most ${formatCount(most)} a day`
  const step = WIDTH / BUCKETS
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} style={{ display: 'block' }}>
      <title>{label}</title>
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className={classes['line']} />
      {buckets.map(({ from, count }, index) => {
        const height = (count / most) * (HEIGHT - 1)
        return (
          <rect
            key={from}
            className={classes['bar']}
            x={index * step + 0.5}
            width={step - 1}
            y={HEIGHT - 1 - height}
            height={height}
          />
        )
      })}
    </svg>
  )
}
