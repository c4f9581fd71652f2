import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Texts by name; `*.` stands for any one label, as in a zone. */
export type Zone = Map<string, readonly string[]>
export type NameServer = { readonly address: string; readonly zone: Zone; readonly asked: string[] }

const HEADER_BYTES = 12
const [ANSWER, NO_SUCH_NAME] = [0x8400, 0x8403]
const [TXT, INTERNET, POINTER_TO_QUESTION] = [16, 1, 0xc00c]

/** A name server for TXT records on 127.0.0.1. @see RFC 1035, section 4 */
export async function openNameServer(t: {
  readonly after: (work: () => Promise<void>) => void
}): Promise<NameServer> {
  const zone: Zone = new Map()
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    const { name, end } = questionOf(query)
    asked.push(name)
    const texts = zone.get(name) ?? zone.get(name.replace(/^[^.]+/, '*')) ?? []
    socket.send(answerTo(query.subarray(0, end), texts), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(async () => void socket.close())
  return { address: `127.0.0.1:${socket.address().port}`, zone, asked }
}

function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 }
}

function answerTo(query: Buffer, texts: readonly string[]): Buffer {
  const header = Buffer.from(query)
  header.writeUInt16BE(texts.length === 0 ? NO_SUCH_NAME : ANSWER, 2)
  header.writeUInt16BE(texts.length, 6)
  header.writeUInt32BE(0, 8)
  return Buffer.concat([header, ...texts.map(recordOf)])
}

/** One record; a text beyond 255 bytes would be several strings, and none here is. */
function recordOf(text: string): Buffer {
  const record = Buffer.alloc(12)
  record.writeUInt16BE(POINTER_TO_QUESTION, 0)
  record.writeUInt16BE(TXT, 2)
  record.writeUInt16BE(INTERNET, 4)
  record.writeUInt16BE(text.length + 1, 10)
  return Buffer.concat([record, Buffer.from([text.length]), Buffer.from(text, 'latin1')])
}
