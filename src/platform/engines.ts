import { type Engines, findEngines, openEngines } from '../store/engines/engines.ts'
import type { EngineLog } from '../store/engines/supervise.ts'
import type { PlatformOptions } from './options.ts'

/** The engines a process works with; `status` only where it runs them. */
export type PlatformEngines = Pick<Engines, 'databaseUrl' | 'clickhouseUrl' | 'close'> &
  Partial<Pick<Engines, 'status'>>

/**
 * Uses the engines with a URL and those another process of this machine runs in the directory; starts what is left.
 *
 * @param atWork told when all that is started here has a process at work; never when none is.
 */
export async function platformEngines(
  { directory, databaseUrl, clickhouseUrl }: PlatformOptions,
  log: EngineLog,
  atWork: () => void = () => undefined,
): Promise<PlatformEngines> {
  const found = await findEngines(directory)
  if (found !== undefined && found.pid !== process.pid)
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
