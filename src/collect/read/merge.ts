/**
 * Runs generators side by side, at most so many at once, and gives what they give as it comes. Each waits until its value is taken, so
 * no more than one value for each is held.
 *
 * The first error ends all. Whoever stops early must also stop what the generators wait for: they are not waited for.
 */
export async function* merge<T>(
  sources: Iterable<AsyncGenerator<T, void, void>>,
  atMost: number,
): AsyncGenerator<T, void, void> {
  const waiting = sources[Symbol.iterator]()
  const active = new Map<AsyncGenerator<T, void, void>, Promise<Turn<T>>>()
  const fill = () => {
    while (active.size < atMost) {
      const { value, done } = waiting.next()
      if (done === true) return
      active.set(value, advance(value))
    }
  }
  try {
    for (fill(); active.size > 0; fill()) {
      const { source, result } = await Promise.race(active.values())
      if (result.done === true) active.delete(source)
      else {
        yield result.value
        active.set(source, advance(source))
      }
    }
  } finally {
    for (const source of active.keys()) source.return().catch(() => {})
  }
}

type Turn<T> = { readonly source: AsyncGenerator<T, void, void>; readonly result: IteratorResult<T, void> }

function advance<T>(source: AsyncGenerator<T, void, void>): Promise<Turn<T>> {
  const turn = source.next().then((result) => ({ source, result }))
  turn.catch(() => {})
  return turn
}
