import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../lib/clock.ts'
import { Secret } from '../../lib/secret.ts'
import { listOutbox, outboxMailer } from '../../mail/outbox.ts'
import { withEngines } from '../../store/engines/testing.ts'
import { type ControlStore, openControlStore } from '../../store/postgres/control-store.ts'
import { type Identity, type IdentityOptions, openIdentity } from '../identity.ts'
import { type Browser, openBrowser } from './browser.ts'

export type TestPlatform = {
  readonly identity: Identity
  readonly control: ControlStore
  readonly publicUrl: string
  readonly databaseUrl: string
  /** A new browser, with an address of its own so that limits of one test do not meet another's. */
  readonly browser: (address?: string) => Browser
  /** The newest letter to somebody. */
  readonly letterTo: (address: string) => Promise<{ subject: string; text: string; link: string }>
  readonly logged: readonly string[]
}

export const TEST_SECRET = new Secret('CANARY-secret-of-the-test-platform-0123456789')
type After = { readonly after: (work: () => Promise<void>) => void }

/** Sign-in on a real database, behind a real server on 127.0.0.1. The client's address is the header `x-test-address`. */
export async function openTestPlatform(
  t: After,
  options: Partial<IdentityOptions> = {},
): Promise<TestPlatform> {
  const { databaseUrl } = await withEngines(t, { only: 'postgres' })
  const control = openControlStore({ url: databaseUrl, migrations: 'sql' })
  t.after(control.close)
  await control.migrate()
  let identity: Identity | undefined
  const server = createServer(async (request, response) => {
    const answer = await identity!.handle(
      await webRequest(request),
      String(request.headers['x-test-address']),
    )
    response.writeHead(answer.status, {
      ...Object.fromEntries(answer.headers),
      'set-cookie': answer.headers.getSetCookie(),
    })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const publicUrl = options.publicUrl ?? origin
  const logged: string[] = []
  identity = openIdentity({
    control,
    publicUrl,
    secret: TEST_SECRET,
    mail: outboxMailer(control, systemClock),
    clock: systemClock,
    guard: () => Promise.reject(new Error('no address is open in this test')),
    fetch: (address, init) => fetch(address, init),
    discover: (url) => fetch(url).then((answer) => answer.json()),
    log: (level, message) => logged.push(`${level} ${message}`),
    ...options,
  })
  await identity.migrate()
  let browsers = 0
  return {
    identity,
    control,
    publicUrl,
    databaseUrl,
    logged,
    browser: (address = `198.51.100.${++browsers}`) => openBrowser({ origin, publicUrl, address }),
    letterTo: async (address) => {
      const mail = (await listOutbox(control)).find(({ to }) => to === address)
      const text = mail?.text ?? ''
      return { subject: mail?.subject ?? '', text, link: /https?:\S+/.exec(text)?.[0] ?? '' }
    },
  }
}

async function webRequest(request: IncomingMessage): Promise<Request> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
  const { method = 'GET', url = '/' } = request
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
  return new Request(new URL(url, `http://${request.headers.host}`), { method, headers, ...body })
}

/** Signs a person up, follows the letter, and leaves the browser signed in. */
export async function signUp(
  platform: TestPlatform,
  browser: Browser,
  person: { name: string; email: string },
) {
  await browser.ask('POST', '/sign-up/email', { ...person, password: PASSWORD })
  const { link } = await platform.letterTo(person.email)
  await browser.open(link)
  return browser
}
export const PASSWORD = 'correct horse battery staple'
