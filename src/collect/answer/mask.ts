import type { OutgoingRequest } from '../../model/transport.ts'
import type { Surroundings } from '../run.ts'

/** Shorter ones are words: to mask them would hide what the app says and keep no secret. */
const LEAST_CHARACTERS = 6

/**
 * Hides in what an app says whatever of it is a secret of the connection, or a credential the request carried: apps repeat what they
 * were sent.
 */
export function maskOf(
  { secrets }: Pick<Surroundings, 'secrets'>,
  { url, headers, credentialHeaders = [] }: OutgoingRequest,
): (text: string) => string {
  const { searchParams } = new URL(url)
  const sent = credentialHeaders.flatMap((name) => [headers[name] ?? '', ...searchParams.getAll(name)])
  const given = Object.values(secrets).map((secret) => secret.reveal())
  const hidden = [...sent, ...sent.flatMap((value) => value.split(/[\s,;="]+/)), ...given]
    .filter((value) => value.length >= LEAST_CHARACTERS)
    .toSorted((a, b) => b.length - a.length)
  return (text) => hidden.reduce((masked, value) => masked.replaceAll(value, '[secret]'), text)
}
