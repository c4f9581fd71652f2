import { Fault } from '../../lib/fault.ts'
import type { Transport } from '../../model/transport.ts'
import type { Emulator } from '../emulator.ts'

/** What an emulator answers for a host that the manifest does not declare; a real way there does not ask. */
const MISDIRECTED = 421

/** A way to an emulator without sockets: bodies are not compressed, redirects are refused, a broken connection is a fault. */
export function directTransport(emulator: Emulator): Transport {
  return async ({ method, url, headers, body }, { signal }) => {
    signal?.throwIfAborted()
    const address = new URL(url)
    const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
    const answer = await emulator.handle({
      method,
      url: address,
      headers: Object.fromEntries(lowered),
      body: body ?? '',
    })
    if (answer.status === MISDIRECTED)
      throw new Fault('EGRESS_BLOCKED', `host ${address.hostname} is not declared in connect.hosts`)
    if (answer.isCut === true)
      throw new Fault('SOURCE_UNAVAILABLE', `no whole answer from ${address.hostname}`)
    if (answer.headers['location'] !== undefined && answer.status >= 300 && answer.status < 400)
      throw new Fault('REDIRECT_REFUSED', `${address.hostname} answered ${answer.status}: another address`)
    const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
    return { status: answer.status, headers: answer.headers, body: bytes, url }
  }
}
