import { type Call, openClient } from '../../portal/src/api/client.generated.ts'

/** Signs in as the demo's customer, connects the demo app through its consent page, and waits until every stream was read once. */
export async function connectDemo(url: string): Promise<void> {
  const call = await signedIn(url)
  const { connection, url: consentUrl = '' } = await call('createConnection', {
    body: {
      app: 'northwind-docs',
      name: 'Northwind Docs',
      features: ['accounts', 'activity', 'posture'],
      settings: { workspace: 'acme' },
      secrets: { client_id: 'bench', client_secret: 'bench' },
    },
  })
  const consent = await fetch(consentUrl, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'decision=allow',
  })
  await sessions.get(url)?.(consent.headers.get('location') ?? '', { redirect: 'manual' })
  for (;;) {
    const { items } = await call('listStreams', { params: { id: connection.id } })
    // One that the app delivers is not asked for anything.
    const asked = items.filter(({ isEnabled, receivedSince }) => isEnabled && receivedSince === undefined)
    if (asked.length > 0 && asked.every(({ lastSuccessAt }) => lastSuccessAt !== undefined)) return
    await new Promise((wake) => setTimeout(wake, 500))
  }
}

/**
 * What a person waits for who opens the page at once: the page, what it needs to know, signing in, connections, and the newest events.
 *
 * @returns milliseconds. @throws when one of them is refused, or there is nothing to read.
 */
export async function firstAnswers(url: string): Promise<number> {
  const startedMs = performance.now()
  const page = await fetch(url, { headers: { accept: 'text/html' } })
  if (!page.ok || !(await page.text()).includes('<script')) throw new Error('no portal: node tools/portal.ts')
  const call = await signedIn(url)
  const { items: connections } = await call('listConnections', {})
  const { items: events } = await call('searchActivity', {})
  if (connections.length === 0 || events.length === 0) throw new Error('what was read before is not there')
  return performance.now() - startedMs
}

/** A browser's way of asking: with the session's cookie and the page's origin. */
const sessions = new Map<string, typeof fetch>()

async function signedIn(url: string): Promise<Call> {
  await openClient({ base: url, fetch })('getMeta', {})
  const answer = await fetch(`${url}/api/v1/demo/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ person: 'customer' }),
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const send: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('cookie', cookie)
    headers.set('origin', url)
    return fetch(input, { ...init, headers })
  }
  sessions.set(url, send)
  return openClient({ base: url, fetch: send })
}
