import { fakeClock } from '../../lib/clock.ts'
import type { Connector } from '../../model/connector.ts'
import type { Sample } from '../../model/sample.ts'
import { openEmulator } from '../emulator.ts'
import type { EmulatorOptions } from '../options.ts'

export const OPENED = Date.UTC(2026, 10, 20)
const BASE = 'https://api.acme.example/v1'

type Asked = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Read as JSON where it is JSON. */
  readonly body: unknown
}

/** An emulated app with an API key, asked one request at a time. */
export function asking(
  connector: Connector,
  samples: Readonly<Record<string, Sample>>,
  options: Partial<EmulatorOptions> = {},
) {
  const clock = options.clock ?? fakeClock(OPENED)
  const emulator = openEmulator(connector, samples, { ...options, clock })
  const ask = async (
    path: string,
    json?: unknown,
    method = json === undefined ? 'GET' : 'POST',
  ): Promise<Asked> => {
    const answer = await emulator.handle({
      method,
      url: new URL(path.startsWith('https:') ? path : BASE + path),
      headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
      body: json === undefined ? '' : JSON.stringify(json),
    })
    const text = Buffer.from(answer.body).toString()
    const isJson = answer.headers['content-type'] === 'application/json' && text !== ''
    return { ...answer, body: isJson ? (JSON.parse(text) as unknown) : text }
  }
  return { emulator, clock, ask }
}

/** The ids of the items in an answer. */
export const ids = ({ body }: Asked): readonly unknown[] =>
  (body as { readonly items: readonly { readonly id: unknown }[] }).items.map(({ id }) => id)
