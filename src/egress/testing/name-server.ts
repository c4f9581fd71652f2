import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import type { TestContext } from 'node:test'
import type { Resolve } from '../guarded-agent.ts'

const HEADER_BYTES = 12
const TO_A_OF_THE_QUESTION = [0xc0, HEADER_BYTES, 0, 1, 0, 1]
const TTL_0 = [0, 0, 0, 0]

/** A real name server on 127.0.0.1: its n-th answer to whatever name, good for no second, is the n-th of `answers`, then the last. */
export async function nameServer(
  t: TestContext,
  answers: readonly (readonly string[])[],
): Promise<{ readonly resolve: Resolve; readonly asked: () => number; readonly ttls: readonly number[] }> {
  let asked = 0
  const ttls: number[] = []
  const server = createSocket('udp4').on('message', (question, { port, address }) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? []
    server.send(answerTo(question, addresses), port, address)
  })
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  t.after(() => new Promise<void>((resolve) => server.close(resolve)))
  const resolver = new Resolver()
  resolver.setServers([`127.0.0.1:${server.address().port}`])
  const resolve: Resolve = async (hostname) => {
    const found = await resolver.resolve4(hostname, { ttl: true })
    ttls.push(...found.map(({ ttl }) => ttl))
    return found.map(({ address }) => address)
  }
  return { resolve, asked: () => asked, ttls }
}

/** @see RFC 1035, section 4.1: the question comes back, with one A record for each address. */
function answerTo(question: Buffer, addresses: readonly string[]): Buffer {
  const end = question.indexOf(0, HEADER_BYTES) + 5
  const header = Buffer.from(question.subarray(0, HEADER_BYTES))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(addresses.length, 6)
  header.fill(0, 8)
  const records = addresses.flatMap((address) => [
    ...TO_A_OF_THE_QUESTION,
    ...TTL_0,
    ...[0, 4],
    ...address.split('.').map(Number),
  ])
  return Buffer.concat([header, question.subarray(HEADER_BYTES, end), Buffer.from(records)])
}
