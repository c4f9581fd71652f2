import type { FastifyReply } from 'fastify'

type Answer = FastifyReply['raw']

export type Turns = {
  /** @returns whether it may go on, at once or after a while; it counts until its answer is closed. */
  readonly take: (answer: Answer) => Promise<boolean>
}

/** Lets a few in at once and has a few more wait, nothing of them read; whoever comes beyond that is refused. */
export function openTurns({ atOnce, mostWaiting }: { atOnce: number; mostWaiting: number }): Turns {
  let busy = 0
  const waiting = new Set<() => void>()
  const next = () => {
    const [first] = waiting
    if (first === undefined) busy--
    else first()
  }
  const wait = (answer: Answer) =>
    new Promise<boolean>((resolve) => {
      const leave = () => {
        waiting.delete(begin)
        resolve(false)
      }
      const begin = () => {
        waiting.delete(begin)
        answer.off('close', leave).once('close', next)
        resolve(true)
      }
      answer.once('close', leave)
      waiting.add(begin)
    })
  return {
    take: async (answer) => {
      if (answer.destroyed) return false
      if (busy >= atOnce) return waiting.size < mostWaiting && wait(answer)
      busy++
      answer.once('close', next)
      return true
    },
  }
}
