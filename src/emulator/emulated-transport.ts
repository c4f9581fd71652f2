import type { Transport } from '../model/transport.ts'

const MARK = '/~host/'

/**
 * Leads requests to an emulator: `https://api.acme.example/users` is asked as `http://127.0.0.1:4100/~host/api.acme.example/users`,
 * and answers come back under the address that was meant. The app's own addresses, in bodies and Link headers, stay as they are.
 *
 * @param emulator its address, e.g. `http://127.0.0.1:4100`.
 */
export function emulatedTransport(emulator: string): (transport: Transport) => Transport {
  return (transport) => async (request, options) => {
    const answer = await transport({ ...request, url: emulatedUrl(emulator, request.url) }, options)
    return { ...answer, url: meantUrl(answer.url) ?? answer.url }
  }
}

/** Where an address of the app is found in the emulator: for a browser, and for `curl`. */
export function emulatedUrl(emulator: string, url: string): string {
  // Cut from the text, for the path to arrive as it was written.
  return `${emulator}${MARK}${url.replace(/^https?:\/\//, '')}`
}

/** The address that was meant; `undefined` when it is not one of an emulator. */
export function meantUrl(url: string): string | undefined {
  const at = url.indexOf(MARK)
  return at === -1 ? undefined : `https://${url.slice(at + MARK.length)}`
}
