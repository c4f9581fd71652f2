import { Button, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorState, LoadingState } from './States.tsx'
import type { Pages } from './usePages.ts'

type Props<T> = {
  readonly pages: Pages<T>
  /** Shown when there is nothing: says what to do so that there is. */
  readonly empty: ReactNode
  /** What the button calls the rest. */
  readonly more: string
  readonly children: (items: readonly T[]) => ReactNode
}

/** Whatever a list can be: on its way, failed, empty, or there with more to come. */
export function PagedList<T>({ pages, empty, more, children }: Props<T>) {
  if (pages.isPending) return <LoadingState />
  const failure = pages.isError && <ErrorState error={pages.error} retry={() => pages.refetch()} />
  if (pages.data === undefined) return failure
  const items = pages.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return failure || empty
  return (
    <Stack opacity={pages.isPlaceholderData ? 0.6 : 1}>
      {failure}
      {children(items)}
      {pages.hasNextPage && (
        <Button variant="default" onClick={() => pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          {more}
        </Button>
      )}
    </Stack>
  )
}
