/** The limit of `collect`: nothing but fetch, JSON.parse and JSON.stringify. */
const [port] = process.argv.slice(2)
const write = (text: string) => new Promise((resolve) => process.stdout.write(text, resolve))
let events = 0
const startedMs = performance.now()
const startedCpu = process.cpuUsage()
for (let next: string | null = '0'; next !== null; ) {
  const response: Response = await fetch(`http://127.0.0.1:${port}/~host/api.acme.example/audit?page=${next}`)
  const body = JSON.parse(await response.text()) as { entries: object[]; next: string | null }
  await write(body.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  events += body.entries.length
  next = body.next
}
const { user, system } = process.cpuUsage(startedCpu)
process.send?.({ events, ms: performance.now() - startedMs, cpuMs: (user + system) / 1000 })
process.disconnect?.()
