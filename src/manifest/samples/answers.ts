import { isFault } from '../../lib/fault.ts'
import { parseJson } from '../../lib/json.ts'
import type { Exchange, Sample } from '../../model/sample.ts'
import type { RequestDraft, StreamDraft } from '../draft.ts'
import { methodOf } from '../requests.ts'

/** A successful answer as expressions see it. */
export type SampleAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The successful answers that a sample holds to a request. Bodies that only a decoder of their own reads are left out. */
export function answersTo(sample: Sample, request: RequestDraft | undefined, as?: Format): readonly SampleAnswer[] {
  return sample.exchanges
    .filter((exchange) => (exchange.response.status ?? 200) < 300 && (request === undefined || isAnswerTo(request, exchange)))
    .flatMap(({ response }) => {
      const body = decode(response.body, as)
      const headers = Object.entries(response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
      return body === undefined ? [] : [{ status: response.status ?? 200, headers: Object.fromEntries(headers), body: body.value }]
    })
}

type Format = NonNullable<StreamDraft['decode']>['as']

/** A sample may hold answers to several requests; an exchange that does not say to which serves for all. */
function isAnswerTo(request: RequestDraft, { request: asked }: Exchange): boolean {
  const method = methodOf(request)
  if (method === undefined) return true
  if (asked?.method !== undefined && asked.method.toLowerCase() !== method) return false
  if (asked?.path === undefined) return true
  let at = 0
  for (const piece of (request[method] ?? '').replace(/^https:\/\/[^/]*/, '').split(/\{\{(?:(?!\}\}).)*\}\}/s)) {
    const found = asked.path.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return true
}

/** XML and CSV are read by the collector alone: `undefined` here. */
function decode(body: unknown, as: Format): { readonly value: unknown } | undefined {
  if (typeof body !== 'string') return { value: body ?? null }
  if (as === 'text') return { value: body }
  if (as === 'csv' || as === 'xml') return undefined
  try {
    return { value: as === 'ndjson' ? lines(body) : parseJson(body) }
  } catch (error) {
    if (isFault(error)) return { value: body }
    throw error
  }
}

const lines = (body: string) =>
  body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(line))
