import { fakeClock } from '../../lib/clock.ts'
import { Secret } from '../../lib/secret.ts'
import { loadConnector } from '../../manifest/compile.ts'
import type { Connector } from '../../model/connector.ts'
import type { ConnectionInput } from '../../model/credential.ts'
import type { OutgoingRequest, Transport } from '../../model/transport.ts'
import type { CredentialContext } from '../context.ts'
import { openMemoryStore } from '../memory-store.ts'

export const START_MS = Date.UTC(2026, 10, 23, 9)
export const API = 'https://api.acme.example'
export const AUTH = 'https://auth.acme.example'
export const TOKEN_URL = `${AUTH}/token`

/** A connector of the invented app Acme with these auth methods, compiled from a manifest. */
export function acme(auth: object | readonly object[], connect: object = {}): Connector {
  const manifest = {
    fairlead: 1,
    app: { id: 'acme', name: 'Acme', vendor: 'Acme', version: '1.0.0' },
    connect: {
      hosts: ['api.acme.example', 'auth.acme.example'],
      baseUrl: API,
      auth: Array.isArray(auth) ? auth : [auth],
      check: { request: { get: '/me' } },
      ...connect,
    },
    streams: {
      users: {
        kind: 'accounts',
        request: { get: '/users' },
        records: 'response.body',
        key: 'record.id',
        as: { name: 'record.name' },
      },
    },
  }
  const { connector, complaints } = loadConnector({ 'connector.yaml': JSON.stringify(manifest) })
  if (connector === undefined) throw new Error(JSON.stringify(complaints, undefined, 2))
  return connector
}

export function inputOf(
  secrets: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, unknown>> = {},
): ConnectionInput {
  const sealed = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])
  return { settings, secrets: Object.fromEntries(sealed) }
}

/** Bytes that count up: every draw differs, and every run is the same. */
export function countingBytes(): (size: number) => Uint8Array {
  let count = 0
  return (size) => {
    count++
    return Uint8Array.from({ length: size }, (_, i) => (i < 4 ? (count >> (8 * (3 - i))) & 0xff : i))
  }
}

const unreachable: Transport = () => Promise.reject(new Error('no request was expected'))

/** A context on a clock that stands still, with a store in memory. */
export function contextOf(
  connector: Connector,
  parts: Partial<CredentialContext> = {},
): CredentialContext & { readonly clock: ReturnType<typeof fakeClock> } {
  return {
    connector,
    input: inputOf(),
    store: openMemoryStore(),
    transport: unreachable,
    random: countingBytes(),
    ...parts,
    clock: (parts.clock as ReturnType<typeof fakeClock> | undefined) ?? fakeClock(START_MS),
  }
}

export const GET_USERS: OutgoingRequest = { method: 'GET', url: `${API}/users`, headers: {} }
