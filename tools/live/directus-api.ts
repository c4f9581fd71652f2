import type { Directus } from './directus.ts'

/** Directus's own API, as one user: what the connector is measured against. */
export type Api = {
  readonly token: string
  /** The `data` of the answer. @throws {Error} when Directus refuses. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>
  /** How many rows a collection has by Directus's own count. */
  readonly count: (path: string) => Promise<number>
}

/** Signs in from an address of one's own, as behind a proxy. */
export async function signIn(
  { url }: Directus,
  user: { readonly email: string; readonly password: string },
  ip = '203.0.113.7',
): Promise<Api> {
  const { data } = await call(url, 'POST', '/auth/login', { body: user, ip })
  const token = String((data as { access_token: string }).access_token)
  const ask: Api['ask'] = async (method, path, body) =>
    (await call(url, method, path, { token, ip, ...(body === undefined ? {} : { body }) })).data
  const count: Api['count'] = async (path) => {
    const { meta } = await call(url, 'GET', `${path}?limit=0&meta=filter_count`, { token, ip })
    return Number((meta as { filter_count: number }).filter_count)
  }
  return { token, ask, count }
}

type Call = { readonly body?: unknown; readonly token?: string; readonly ip: string }
type Reply = { readonly data?: unknown; readonly meta?: unknown }

async function call(url: string, method: string, path: string, { body, token, ip }: Call): Promise<Reply> {
  const response = await fetch(url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': ip,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`)
  return text === '' ? {} : (JSON.parse(text) as Reply)
}
