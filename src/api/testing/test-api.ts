import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../../lib/clock.ts'
import { Secret } from '../../lib/secret.ts'
import { openCatalog } from '../../platform/catalog.ts'
import { openPlatform, type Platform, type PlatformSurroundings } from '../../platform/open-platform.ts'
import { platformOptions } from '../../platform/options.ts'
import { platformServices } from '../../platform/services.ts'
import { freePort } from '../../store/engines/free-port.ts'
import { withEngines } from '../../store/engines/testing.ts'
import { openApi } from '../app.ts'
import { type ApiDocument, apiDocument } from '../document.ts'
import type { Log } from '../errors.ts'
import type { Services } from '../services.ts'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `undefined` for none. */
  readonly json: unknown
}
export type Ask = (method: string, path: string, more?: More) => Promise<Answer>
type More = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

export type TestApi = {
  readonly origin: string
  readonly platform: Platform
  readonly document: ApiDocument
  /** Somebody with these headers. */
  readonly asker: (headers?: Readonly<Record<string, string>>) => Ask
  /** One of the demo's people, signed in: `customer` administers one organisation, `operator` another. */
  readonly signIn: (person: string) => Promise<Ask>
}
type After = { readonly after: (work: () => Promise<void>) => void }
export type TestApiOptions = {
  readonly perMinute?: number
  readonly portal?: string
  /** Where browsers expect the platform: the port of its public address. */
  readonly port?: number
  readonly log?: Log
  /** Takes a protection away, or puts a part in: for control runs. */
  readonly mend?: (services: Services, platform: Platform) => Services
}

/** The whole platform on real engines, and its API behind a real server. */
export async function openTestApi(t: After, options: TestApiOptions = {}): Promise<TestApi> {
  const platform = await openTestPlatform(t)
  return serveTestApi(t, platform, options)
}

export async function openTestPlatform(
  t: After,
  around: Partial<Pick<PlatformSurroundings, 'catalog' | 'clock' | 'wayTo'>> = {},
): Promise<Platform> {
  const catalog = around.catalog ?? (await openCatalog('connectors'))
  const engines = await withEngines(t)
  const port = await freePort()
  const platform = await openPlatform(
    {
      ...platformOptions({ PORT: String(port), FAIRLEAD_DIRECTORY: join(engines.directory, 'platform') }),
      databaseUrl: engines.databaseUrl,
      clickhouseUrl: engines.clickhouseUrl,
      authSecret: new Secret('a secret of this test only, 0123456789'),
      rootKeys: randomBytes(32).toString('base64'),
    },
    {
      ...{ clock: systemClock, log: () => undefined, isDemo: true, ...around, catalog },
      engines: Promise.resolve({ ...engines, close: async () => undefined }),
    },
  )
  t.after(platform.close)
  await platform.identity.demo?.ensure()
  return platform
}

/** Serves an open platform; several can serve the same one. */
export async function serveTestApi(
  t: After,
  platform: Platform,
  {
    perMinute = 1_000_000,
    portal,
    port = 0,
    log = complain,
    mend = (services) => services,
  }: TestApiOptions = {},
): Promise<TestApi> {
  const { publicUrl } = platform.options
  const app = await openApi(mend(platformServices(platform, { version: '0.0.0' }), platform), {
    ...{ version: '0.0.0', perMinute, trustedProxies: [], log },
    origins: [publicUrl],
    ...(portal === undefined ? {} : { portal }),
  })
  const origin = await app.listen({ host: '127.0.0.1', port })
  t.after(() => app.close())
  const asker =
    (headers: Readonly<Record<string, string>> = {}): Ask =>
    async (method, path, { body, headers: more = {} } = {}) => {
      const answer = await fetch(`${origin}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
          ...more,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return answerOf(answer)
    }
  return {
    ...{ origin, platform, asker },
    document: apiDocument(app),
    signIn: async (person) => {
      const answer = await asker()('POST', '/api/v1/demo/sign-in', { body: { person } })
      const cookie = answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      if (cookie === '') throw new Error(`${person} is not signed in: ${answer.status} ${answer.text}`)
      return asker({ cookie, origin: publicUrl })
    },
  }
}

/** What nobody expected is a failure of the test: it is shown. */
const complain: Log = ({ err }, message) => console.error(message, err)

async function answerOf(answer: Response): Promise<Answer> {
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
  const { status, headers } = answer
  return { status, headers, text, json: isJson ? JSON.parse(text) : undefined }
}
