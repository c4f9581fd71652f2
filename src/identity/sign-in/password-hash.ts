import { APIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'

/** One scrypt takes 16 MiB and a thread: without a limit, sign-in attempts would take all memory and starve everybody else. */
const AT_ONCE = 4
const WAITING = 64

/** Hashes and compares passwords (scrypt), a few at a time; refuses rather than queue without end. */
export function openPasswordHash({ atOnce = AT_ONCE, waiting = WAITING } = {}) {
  const limited = limitConcurrency(atOnce, waiting)
  return {
    hash: (password: string) => limited(() => hashPassword(password)),
    verify: (pair: { hash: string; password: string }) => limited(() => verifyPassword(pair)),
  }
}

function limitConcurrency(atOnce: number, waiting: number) {
  let running = 0
  const queue: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (queue.length >= waiting)
        throw new APIError('SERVICE_UNAVAILABLE', { message: 'Too many people sign in at once. Try again.' })
      // Whoever ends hands its place over: `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
