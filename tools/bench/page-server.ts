import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pageText } from './audit-pages.ts'

/** Serves `PAGES` pages on 127.0.0.1 in a process of its own and tells its parent the port. Pages are made before they are asked for. */
const pages = Number(process.argv[2])
const KEPT = 100
const bodies = new Map<number, Buffer>()
const bodyOf = (page: number) => bodies.get(page) ?? Buffer.from(pageText(page, pages))
if (pages <= KEPT) for (let page = 0; page < pages; page++) bodies.set(page, bodyOf(page))

const server = createServer((request, response) => {
  const page = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('page') ?? 0)
  const body = bodyOf(page)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
