/**
 * Runs generators side by side, at most so many at once, and gives what they give as it comes; each waits until its value is taken.
 *
 * The first error ends all of them.
 */
export async function* merge<T>(
  sources: AsyncIterable<AsyncGenerator<T, void, void>>,
  most: number,
): AsyncGenerator<T, void, void> {
  const iterator = sources[Symbol.asyncIterator]()
  const active = new Map<AsyncGenerator<T, void, void>, Promise<Turn<T>>>()
  let isOpen = true
  try {
    for (;;) {
      while (isOpen && active.size < most) {
        const { value, done } = await iterator.next()
        if (done === true) isOpen = false
        else active.set(value, advance(value))
      }
      if (active.size === 0) return
      const { source, result } = await Promise.race(active.values())
      if (result.done === true) active.delete(source)
      else {
        active.set(source, advance(source))
        yield result.value
      }
    }
  } finally {
    await iterator.return?.()
    await Promise.allSettled([...active.values()])
    await Promise.allSettled([...active.keys()].map((source) => source.return()))
  }
}

type Turn<T> = { readonly source: AsyncGenerator<T, void, void>; readonly result: IteratorResult<T, void> }

function advance<T>(source: AsyncGenerator<T, void, void>): Promise<Turn<T>> {
  const turn = source.next().then((result) => ({ source, result }))
  turn.catch(() => undefined)
  return turn
}
