import { Group, Text, VisuallyHidden } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type PointerEvent, useState } from 'react'
import type { AnswerOf } from '../../api/client.generated.ts'
import { formatCount, formatShort, formatTime } from '../../parts/time.ts'
import classes from './activity.module.css'

type Bucket = AnswerOf<'getHistogram'>['buckets'][number]
type Props = {
  readonly buckets: readonly Bucket[]
  /** End of the last bucket, Unix ms. */
  readonly toMs: number
  /** Without it nothing can be chosen. */
  readonly select?: (from: string, to: string) => void
}

const HEIGHT = 88

/** How much happened when; what failed stands in another colour. A brush over it is a new time. */
export function Histogram({ buckets, toMs, select }: Props) {
  const { ref, width } = useElementSize()
  const [brush, setBrush] = useState<readonly [number, number]>()
  const [hovered, setHovered] = useState<number>()
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const barWidth = buckets.length === 0 ? 0 : width / buckets.length
  const at = (event: PointerEvent<SVGSVGElement>): number => {
    const { left } = event.currentTarget.getBoundingClientRect()
    return Math.min(
      Math.max(Math.floor((event.clientX - left) / Math.max(barWidth, 1)), 0),
      buckets.length - 1,
    )
  }
  const finish = (): void => {
    if (brush === undefined) return
    const [first, last] = [Math.min(...brush), Math.max(...brush)]
    setBrush(undefined)
    const from = buckets[first]?.from
    const to = buckets[last + 1]?.from ?? new Date(toMs).toISOString()
    if (from !== undefined && first !== last) select?.(from, to)
  }
  const shown = hovered === undefined ? undefined : buckets[hovered]
  return (
    <div ref={ref}>
      <svg
        className={classes['histogram'] ?? ''}
        width="100%"
        height={HEIGHT}
        role="img"
        aria-label="Events over time"
        onPointerDown={(event) => {
          if (select === undefined) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setBrush([at(event), at(event)])
        }}
        onPointerMove={(event) => {
          const index = at(event)
          setHovered(index)
          setBrush((known) => known && [known[0], index])
        }}
        onPointerUp={finish}
        onPointerLeave={() => setHovered(undefined)}
      >
        <title>Events over time</title>
        {buckets.map(({ from, count, failed }, index) => {
          const full = (count / most) * (HEIGHT - 4)
          const bad = (failed / most) * (HEIGHT - 4)
          const box = { x: index * barWidth + 0.5, width: Math.max(1, barWidth - 1) }
          return (
            <g key={from}>
              <rect {...box} y={HEIGHT - full} height={full} className={classes['bar']} />
              <rect {...box} y={HEIGHT - bad} height={bad} className={classes['failed']} />
            </g>
          )
        })}
        {brush !== undefined && (
          <rect
            className={classes['brush']}
            x={Math.min(...brush) * barWidth}
            width={(Math.abs(brush[1] - brush[0]) + 1) * barWidth}
            y={0}
            height={HEIGHT}
          />
        )}
      </svg>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" c="dimmed" className="numbers">
          {buckets[0] === undefined ? '' : formatShort(buckets[0].from)}
        </Text>
        <Text size="xs" className="numbers">
          {shown === undefined
            ? ' '
            : `${formatShort(shown.from)}: ${formatCount(shown.count)} events${shown.failed > 0 ? `, ${formatCount(shown.failed)} failed` : ''}`}
        </Text>
        <Text size="xs" c="dimmed" className="numbers">
          {formatShort(toMs)}
        </Text>
      </Group>
      <VisuallyHidden>
        {buckets.map(({ from, count }) => `${formatTime(from)}: ${count}`).join('; ')}
      </VisuallyHidden>
    </div>
  )
}
