import { openApi } from '../api/app.ts'
import { Fault } from '../lib/fault.ts'
import type { Platform } from './open-platform.ts'
import { platformServices } from './services.ts'

export type Serving = {
  /** Where it answers on this machine. */
  readonly url: string
  /** Takes no more requests and lets those under way end. */
  readonly close: () => Promise<void>
}

const REQUESTS_PER_MINUTE = 1200

/**
 * Serves API and portal.
 *
 * @param portal folder of the built portal; without it only the API is served.
 * @throws {Fault} `SETTING_INVALID` when the address is in use.
 */
export async function servePlatform(
  platform: Platform,
  { version, portal }: { readonly version: string; readonly portal?: string },
): Promise<Serving> {
  const { options, log } = platform
  const app = await openApi(platformServices(platform, { version }), {
    version,
    origins: [options.publicUrl],
    perMinute: REQUESTS_PER_MINUTE,
    trustedProxies: options.trustedProxies,
    ...(portal !== undefined && { portal }),
    log: ({ err }, message) =>
      log({
        level: 'error',
        engine: 'api',
        message: `${message}: ${err instanceof Error ? err.stack : err}`,
      }),
  })
  const url = await app
    .listen({ host: options.host, port: options.port })
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new Fault('SETTING_INVALID', `PORT=${options.port} is in use; set another`)
    })
  return { url, close: () => app.close() }
}
