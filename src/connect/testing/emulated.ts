import { emulatedTransport, emulatedUrl } from '../../emulator/emulated-transport.ts'
import { type Emulator, openEmulator } from '../../emulator/emulator.ts'
import type { EmulatorOptions } from '../../emulator/options.ts'
import { serveEmulator } from '../../emulator/serve.ts'
import { loaded } from '../../emulator/testing/acme.ts'
import { systemClock } from '../../lib/clock.ts'
import type { Connector } from '../../model/connector.ts'
import type { Way } from '../ports.ts'

export type EmulatedApp = {
  readonly connector: Connector
  readonly emulator: Emulator
  readonly way: Way
  /** A person in a browser: ticks these scopes, or says no. @returns where the app sends them back to. */
  readonly consent: (url: string, scopes?: readonly string[] | 'no') => Promise<string>
}

/** The invented app on a socket of its own, with its real consent page. */
export async function openApp(
  t: { readonly after: (work: () => Promise<void>) => void },
  options: Partial<EmulatorOptions> = {},
): Promise<EmulatedApp> {
  const { connector, samples } = await loaded('northwind-docs')
  const emulator = openEmulator(connector, samples, { clock: systemClock, ...options })
  const served = await serveEmulator(emulator)
  t.after(served.close)
  return {
    connector,
    emulator,
    way: {
      allowLoopback: true,
      through: emulatedTransport(served.url),
      browserUrl: (url) => emulatedUrl(served.url, url),
    },
    consent: (url, scopes) => decide(url, scopes),
  }
}

async function decide(url: string, scopes: readonly string[] | 'no' | undefined): Promise<string> {
  const page = await (await fetch(url)).text()
  const offered = [...page.matchAll(/name="scope" value="(?<scope>[^"]+)"/g)].map(
    ({ groups }) => groups?.['scope'] ?? '',
  )
  const form = new URLSearchParams({ decision: scopes === 'no' ? 'deny' : 'allow' })
  for (const scope of scopes === 'no' ? [] : (scopes ?? offered)) form.append('scope', scope)
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`the consent page answered ${answer.status}: ${await answer.text()}`)
  return location
}
