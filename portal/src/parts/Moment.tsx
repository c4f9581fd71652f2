import { Text, type TextProps, Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { formatRelative, formatTime } from './time.ts'

let nowMs = Date.now()
const watchers = new Set<() => void>()
setInterval(() => {
  nowMs = Date.now()
  for (const watcher of watchers) watcher()
}, 5_000)

/** The time now, for whatever ages on the screen; one clock for all of it. */
export function useNow(): number {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => nowMs,
  )
}

type MomentProps = TextProps & { readonly at: string | undefined; readonly never?: string }

/** A moment as people say it; as it was, on hover. */
export function Moment({ at, never, ...text }: MomentProps) {
  const now = useNow()
  if (at === undefined)
    return (
      <Text span inherit={text.size === undefined} c="dimmed" {...text}>
        {never ?? (text.inherit === true ? 'never' : 'Never')}
      </Text>
    )
  return (
    <Tooltip label={formatTime(at)}>
      <Text span inherit={text.size === undefined} className="numbers" {...text}>
        <time dateTime={at}>{formatRelative(at, now)}</time>
      </Text>
    </Tooltip>
  )
}
