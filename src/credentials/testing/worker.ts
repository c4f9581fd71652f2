import { openAuthorizer } from '../authorizer.ts'
import { type Place, sharedFile, workerContext } from './rotating.ts'
import { answerAsks } from './workers.ts'

/** A process of several workers on one grant file. */
const { origin, path, count } = JSON.parse(process.argv[2] ?? '{}') as Place & { readonly count: number }
const offset = { ms: 0 }
answerAsks(
  Array.from({ length: count }, () => openAuthorizer(workerContext(origin, sharedFile({ path }), offset))),
  offset,
)
