import { isFault } from '../../lib/fault.ts'
import { openAuthorizer } from '../authorizer.ts'
import { GET_USERS } from './acme.ts'
import { type Place, sharedFile, workerContext } from './rotating.ts'

/** A process of several workers: each message is an offset of their clocks, and is answered by what each of them got. */
const { origin, path, count } = JSON.parse(process.argv[2] ?? '{}') as Place & { readonly count: number }
const offset = { ms: 0 }
const workers = Array.from({ length: count }, () =>
  openAuthorizer(workerContext(origin, sharedFile({ path }), offset)),
)

process.on('message', async (offsetMs: number) => {
  offset.ms = offsetMs
  const outcomes = workers.map((worker) =>
    worker.authorize(GET_USERS).then(
      ({ headers }) => headers['authorization'],
      (error: unknown) => (isFault(error) ? error.code : String(error)),
    ),
  )
  process.send?.(await Promise.all(outcomes))
})
process.send?.('ready')
