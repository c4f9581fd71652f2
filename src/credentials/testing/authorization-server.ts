import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { AUTH } from './acme.ts'

/** The package says on each start that its defaults are not for production. */
for (const level of ['info', 'warn'] as const) {
  const print = console[level]
  console[level] = (...said: unknown[]) => {
    if (!String(said[0]).startsWith('oidc-provider ')) print(...said)
  }
}

export type AuthorizationServer = {
  readonly origin: string
  /** Requests for tokens, by grant type and outcome, in order. */
  readonly exchanges: readonly string[]
  readonly close: () => void
}

/**
 * A real authorization server for `https://auth.acme.example`, on the loopback address as behind a proxy. Refresh tokens rotate, and
 * one used twice ends its grant.
 */
export async function openAuthorizationServer(configuration: object): Promise<AuthorizationServer> {
  const exchanges: string[] = []
  const provider = new Provider(AUTH, {
    cookies: { keys: ['a test'] },
    rotateRefreshToken: true,
    ...configuration,
  })
  provider.proxy = true
  const note = (outcome: string) => (context: { oidc: { params?: { grant_type?: string } } }) => {
    exchanges.push(`${context.oidc.params?.grant_type} ${outcome}`)
  }
  provider.on('grant.success', note('granted'))
  provider.on('grant.error', note('refused'))
  const answer = provider.callback()
  const server = createServer((request, response) => {
    behindProxy(request)
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function behindProxy({ headers }: IncomingMessage): void {
  const { host, protocol } = new URL(AUTH)
  headers['x-forwarded-host'] = host
  headers['x-forwarded-proto'] = protocol.slice(0, -1)
}

/**
 * A person with a browser: signs in, consents, and goes wherever the server leads; or says no where a code is to be confirmed.
 *
 * @returns the address the browser ends at, outside the server.
 */
export async function consentAt(
  url: string,
  server: AuthorizationServer,
  decision: 'allow' | 'deny' = 'allow',
): Promise<string> {
  const cookies = new Map<string, string>()
  let next = { url, form: undefined as Record<string, string> | undefined }
  for (let steps = 0; steps < 12; steps++) {
    if (!next.url.startsWith(AUTH)) return next.url
    const response = await visit(next, server, cookies)
    const location = response.headers.get('location')
    if (location !== null) {
      next = { url: new URL(location, next.url).href, form: undefined }
      continue
    }
    const page = await response.text()
    const form = formOf(page)
    if (form === undefined) return next.url
    if (decision === 'deny' && page.includes('name="abort"')) {
      await visit({ url: next.url, form: { ...form.fields, abort: 'yes' } }, server, cookies)
      return next.url
    }
    next = { url: new URL(form.action, next.url).href, form: form.fields }
  }
  throw new Error('the sign-in does not end')
}

type Visit = { readonly url: string; readonly form: Record<string, string> | undefined }

async function visit(
  { url, form }: Visit,
  { origin }: AuthorizationServer,
  cookies: Map<string, string>,
): Promise<Response> {
  const { pathname, search } = new URL(url)
  const response = await fetch(`${origin}${pathname}${search}`, {
    redirect: 'manual',
    headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  })
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (name !== undefined && value !== undefined) cookies.set(name, value)
  }
  return response
}

/** The first form of a page, filled in. */
function formOf(page: string): { action: string; fields: Record<string, string> } | undefined {
  const [, action, body] = /<form[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/s.exec(page) ?? []
  if (action === undefined || body === undefined) return undefined
  const fields: Record<string, string> = {}
  for (const [input] of body.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1]
    if (name !== undefined) fields[name] = /value="([^"]*)"/.exec(input)?.[1] ?? 'someone'
  }
  return { action, fields }
}
