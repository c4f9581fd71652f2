import { Group, Text, VisuallyHidden } from '@mantine/core'
import { type PointerEvent, useState } from 'react'
import type { AnswerOf } from '../../api/client.generated.ts'
import { formatCount, formatShort, formatTick, formatTime, zoneName } from '../../parts/time.ts'
import classes from './activity.module.css'

type Bucket = AnswerOf<'getHistogram'>['buckets'][number]
type Props = {
  readonly buckets: readonly Bucket[]
  /** End of the last bucket, Unix ms. */
  readonly toMs: number
  /** Without it nothing can be chosen. */
  readonly select?: (from: string, to: string) => void
}

const HEIGHT = 96
const LABEL = 12
const TICKS = { few: 3, many: 7 } as const

/** The next round number that can be halved: an axis ends there. */
export function ceilingOf(most: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(most, 1))))
  const steps = power === 1 ? [2, 4, 6, 8, 10] : [1, 2, 3, 4, 5, 6, 8, 10]
  return power * (steps.find((step) => step * power >= most) ?? 10)
}

/** How much happened when, and how much of it failed. A brush over it is a new time. */
export function Histogram({ buckets, toMs, select }: Props) {
  const [brush, setBrush] = useState<readonly [number, number]>()
  const [hovered, setHovered] = useState<number>()
  const top = ceilingOf(Math.max(...buckets.map(({ count }) => count)))
  const at = (event: PointerEvent<SVGSVGElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const index = Math.floor(((event.clientX - left) / Math.max(width, 1)) * buckets.length)
    return Math.min(Math.max(index, 0), buckets.length - 1)
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
    <div>
      <Legend
        bucket={shown}
        hint={select !== undefined && buckets.length > 0 ? 'Drag over the bars to zoom in' : ''}
      />
      <div className={classes['plot']}>
        <Scale top={top} />
        <div style={{ minWidth: 0 }}>
          <svg
            className={classes['histogram'] ?? ''}
            data-can-brush={select !== undefined || undefined}
            viewBox={`0 0 ${buckets.length} ${HEIGHT}`}
            preserveAspectRatio="none"
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
            {[0.5, HEIGHT / 2, HEIGHT - 0.5].map((y) => (
              <line key={y} x1={0} x2="100%" y1={y} y2={y} className={classes['line']} />
            ))}
            {buckets.map(({ from, count, failed }, index) => {
              const full = (count / top) * HEIGHT
              const bad = (failed / top) * HEIGHT
              const box = { x: index + 0.03, width: 0.94 }
              return (
                <g key={from} opacity={hovered === undefined || hovered === index ? 1 : 0.6}>
                  <rect {...box} y={HEIGHT - full} height={full} className={classes['bar']} />
                  <rect {...box} y={HEIGHT - bad} height={bad} className={classes['failed']} />
                </g>
              )
            })}
            {brush !== undefined && (
              <rect
                className={classes['brush']}
                x={Math.min(...brush)}
                width={Math.abs(brush[1] - brush[0]) + 1}
                y={0}
                height={HEIGHT}
              />
            )}
          </svg>
          {buckets[0] !== undefined && <Ticks fromMs={Date.parse(buckets[0].from)} toMs={toMs} />}
        </div>
      </div>
      <VisuallyHidden>
        {buckets.map(({ from, count }) => `${formatTime(from)}: ${count}`).join('; ')}
      </VisuallyHidden>
    </div>
  )
}

/** What the colours mean; of the bar under the pointer, how much it is. */
function Legend({ bucket, hint }: { readonly bucket: Bucket | undefined; readonly hint: string }) {
  return (
    <Group gap="md" mb={6} justify="space-between">
      <Group gap="md">
        {(['bar', 'failed'] as const).map((name) => (
          <Group key={name} gap={6}>
            <svg width={10} height={10} aria-hidden>
              <rect width={10} height={10} rx={2} className={classes[name]} />
            </svg>
            <Text size="xs" c="dimmed">
              {name === 'bar' ? 'All events' : 'Failed'}
            </Text>
          </Group>
        ))}
      </Group>
      <Text size="xs" c={bucket === undefined ? 'dimmed' : 'var(--mantine-color-text)'} className="numbers">
        {bucket === undefined
          ? hint
          : `From ${formatShort(bucket.from)}: ${formatCount(bucket.count)} events, ${formatCount(bucket.failed)} failed`}
      </Text>
    </Group>
  )
}

function Scale({ top }: { readonly top: number }) {
  return (
    <div className={classes['scale']} style={{ height: HEIGHT + LABEL, marginTop: -LABEL / 2 }} aria-hidden>
      {[top, top / 2, 0].map((count) => (
        <Text key={count} size="xs" c="dimmed" className="numbers" lh={1}>
          {formatCount(count)}
        </Text>
      ))}
    </div>
  )
}

/** Times under the axis, the first and the last among them; on a phone fewer. */
function Ticks({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  const timesOf = (count: number): number[] =>
    Array.from({ length: count }, (_, tick) => fromMs + ((toMs - fromMs) * tick) / (count - 1))
  const line = (times: readonly number[]) =>
    times.map((time) => (
      <Text key={time} size="xs" c="dimmed" className="numbers nowrap">
        {formatTick(time, toMs - fromMs)}
        {time === toMs ? ` ${zoneName()}` : ''}
      </Text>
    ))
  return (
    <>
      <Group hiddenFrom="sm" justify="space-between" wrap="nowrap" gap="xs" mt={4}>
        {line(timesOf(TICKS.few))}
      </Group>
      <Group visibleFrom="sm" justify="space-between" wrap="nowrap" gap="xs" mt={4}>
        {line(timesOf(TICKS.many))}
      </Group>
    </>
  )
}
