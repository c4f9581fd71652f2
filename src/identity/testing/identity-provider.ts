import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** The package says on each start that its defaults are not for production. */
for (const level of ['info', 'warn'] as const) {
  const print = console[level]
  console[level] = (...said: unknown[]) => {
    if (!String(said[0]).startsWith('oidc-provider ')) print(...said)
  }
}

export const CLIENT = { clientId: 'fairlead', clientSecret: 'CANARY-client-secret-4711' }

export type IdentityProvider = {
  readonly issuer: string
  /** A person signs in and consents. @returns where the provider sends the browser. */
  readonly signInAt: (url: string, login: string) => Promise<string>
}

/** A customer's own identity provider, real, on 127.0.0.1. Whoever signs in as `x` has the address it is told for `x`. */
export async function openIdentityProvider(
  t: { readonly after: (work: () => Promise<void>) => void },
  redirectUri: string,
  emailOf: (login: string) => string,
): Promise<IdentityProvider> {
  let answer: RequestListener = () => undefined
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    cookies: { keys: ['a test'] },
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, email: emailOf(accountId), email_verified: true, name: accountId }),
    }),
  })
  answer = provider.callback()
  return { issuer, signInAt: (url, login) => signInAt(issuer, url, login) }
}

async function signInAt(issuer: string, start: string, login: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  let form: Record<string, string> | undefined
  for (let steps = 0; steps < 12 && url.startsWith(issuer); steps++) {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    const page = location === null ? await answer.text() : ''
    const action = location ?? /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
    if (action === undefined)
      throw new Error(`the provider shows no form: ${answer.status} ${page.slice(0, 200)}`)
    form = location === null ? formOf(page, login) : undefined
    url = new URL(action, url).href
  }
  return url
}

function formOf(page: string, login: string): Record<string, string> {
  return page.includes('name="login"') ? { prompt: 'login', login, password: 'any' } : { prompt: 'consent' }
}
