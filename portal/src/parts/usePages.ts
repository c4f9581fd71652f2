import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { Page } from '../api/client.generated.ts'

/** A list that is read page by page; what is on the screen stays there while another question is answered. */
export function usePages<T>(
  queryKey: readonly unknown[],
  ask: (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
) {
  return useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
}

export type Pages<T> = ReturnType<typeof usePages<T>>

/** Known to have nothing: what an empty list offers is not offered twice. */
export const isEmpty = <T>({ data }: Pages<T>): boolean =>
  data?.pages.every(({ items }) => items.length === 0) === true
