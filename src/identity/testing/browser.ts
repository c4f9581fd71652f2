/** As much of a browser as sign-in needs: cookies, an origin, redirects it is told to follow. */
export type Answer = {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly location: string | null
  readonly setCookies: readonly string[]
}
export type Browser = {
  /** Asks below `/api/auth`. */
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  /** Opens a link of a letter, without following where it leads. */
  readonly open: (link: string) => Promise<Answer>
  /** What it would send, for whoever asks whose session it is. */
  readonly headers: () => Headers
  readonly cookies: Map<string, string>
}

export function openBrowser({
  origin,
  publicUrl,
  address,
}: {
  readonly origin: string
  readonly publicUrl: string
  readonly address: string
}): Browser {
  const cookies = new Map<string, string>()
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const send = async (url: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(url, { redirect: 'manual', ...init })
    const setCookies = answer.headers.getSetCookie()
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== ''
    const parsed: unknown = isJson ? JSON.parse(text) : {}
    const body = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
    return { status: answer.status, body, location: answer.headers.get('location'), setCookies }
  }
  const common = () => ({ 'x-test-address': address, ...(cookies.size > 0 ? { cookie: cookie() } : {}) })
  return {
    cookies,
    headers: () => new Headers({ cookie: cookie() }),
    open: (link) => send(link.replace(publicUrl, origin), { headers: common() }),
    ask: (method, path, body, headers = {}) =>
      send(`${origin}/api/auth${path}`, {
        method,
        headers: {
          origin: publicUrl,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...common(),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}
