import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export type TestServer = {
  readonly port: number
  readonly origin: string
  readonly connections: () => number
}

/** A real HTTP server on a loopback address, gone when the test ends. */
export function httpServer(
  t: TestContext,
  answer: RequestListener,
  address = '127.0.0.1',
  port = 0,
): Promise<TestServer> {
  return listening(t, createHttpServer(answer), address, port)
}

/** A real TCP server for what no HTTP library would send. */
export function rawServer(t: TestContext, talk: (socket: Socket) => void): Promise<TestServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    talk(socket)
  })
  return listening(t, server, '127.0.0.1')
}

async function listening(t: TestContext, server: Server, address: string, wanted = 0): Promise<TestServer> {
  let connections = 0
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(wanted, address, resolve))
  t.after(() => {
    for (const socket of open) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as { port: number }
  return { port, origin: `http://${address}:${port}`, connections: () => connections }
}
