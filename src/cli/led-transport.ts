import { isLoopbackName } from '../egress/hosts.ts'
import { Fault } from '../lib/fault.ts'
import type { Transport } from '../model/transport.ts'

/** The app's origin, and where on this machine it is found. */
export type Lead = { readonly app: string; readonly at: string }

/** @throws {Fault} `USAGE_WRONG` unless it is HOST=URL, the URL an origin on this machine. */
export function leadOf(pair: string): Lead {
  const [host = '', ...rest] = pair.split('=')
  const at = URL.canParse(rest.join('=')) ? new URL(rest.join('=')) : undefined
  if (!/^[a-z0-9.-]+$/i.test(host) || at === undefined || !isLoopbackName(at.hostname) || at.pathname !== '/')
    throw new Fault(
      'USAGE_WRONG',
      `--allow-loopback ${pair}: write HOST=URL, the host as the manifest declares it and an address on this machine without a path, e.g. docs.example.com=http://127.0.0.1:8080`,
    )
  return { app: `https://${host.toLowerCase()}`, at: at.origin }
}

/** Sends what is meant for an app to this machine instead. Link headers of its answers are led back, as a proxy would; bodies are not. */
export function ledTransport(leads: readonly Lead[]): (transport: Transport) => Transport {
  return (transport) => async (request, options) => {
    const lead = leads.find(({ app }) => request.url.startsWith(`${app}/`))
    if (lead === undefined) return transport(request, options)
    const url = lead.at + request.url.slice(lead.app.length)
    const answer = await transport({ ...request, url }, options)
    const { link, ...headers } = answer.headers
    const back = link === undefined ? {} : { link: link.replaceAll(`${lead.at}/`, `${lead.app}/`) }
    return { ...answer, headers: { ...headers, ...back }, url: answer.url.replace(lead.at, lead.app) }
  }
}
