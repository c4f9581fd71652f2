import { type Engines, findEngines, openEngines } from '../store/engines/engines.ts'
import type { EngineLog } from '../store/engines/supervise.ts'
import type { PlatformOptions } from './options.ts'

/** The engines a process works with; `status` only where it runs them. */
export type PlatformEngines = Pick<Engines, 'databaseUrl' | 'clickhouseUrl' | 'close'> &
  Partial<Pick<Engines, 'status'>>

type Starting = {
  /** Told when all that is started here has a process at work; never when none is. */
  readonly atWork?: () => void
  /** Whether engines that another process runs will do: they end with it. */
  readonly mayJoin?: boolean
}

/**
 * Uses the engines with a URL and those another process of this machine runs in the directory; starts what is left.
 *
 * @throws {Fault} `STORE_IN_USE` where another runs them, and to join it is not wanted.
 */
export async function platformEngines(
  { directory, databaseUrl, clickhouseUrl }: PlatformOptions,
  log: EngineLog,
  { atWork = () => undefined, mayJoin = true }: Starting = {},
): Promise<PlatformEngines> {
  const found = await findEngines(directory)
  const startsNone = databaseUrl !== undefined && clickhouseUrl !== undefined
  if (found !== undefined && found.pid !== process.pid && (mayJoin || startsNone))
    return {
      databaseUrl: databaseUrl ?? found.databaseUrl,
      clickhouseUrl: clickhouseUrl ?? found.clickhouseUrl,
      close: async () => undefined,
    }
  return openEngines({
    directory,
    log,
    atWork,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(clickhouseUrl !== undefined && { clickhouseUrl }),
  })
}
