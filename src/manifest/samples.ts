import { isFault } from '../lib/fault.ts'
import { parseJson } from '../lib/json.ts'
import type { Connector } from '../model/connector.ts'
import type { Exchange, Sample } from '../model/sample.ts'
import type { ManifestFiles } from './files.ts'

export type Samples = Readonly<Record<string, Sample>>
export type ParsedSample =
  | { readonly sample: Sample; readonly problem?: undefined; readonly offset?: undefined }
  | { readonly sample?: undefined; readonly problem: string; readonly offset?: number }

/** Where the recorded answers of a stream (or of `connect`) are. */
export function sampleFileOf(name: string, declared?: string): string {
  return declared ?? `samples/${name}.json`
}

/** The samples of a connector by stream, and `connect`; those that `check` complains about are left out. */
export function readSamples({ streams }: Pick<Connector, 'streams'>, files: ManifestFiles): Samples {
  const names = [
    ...Object.entries(streams).map(([name, { samples }]) => [name, samples] as const),
    ['connect', undefined] as const,
  ]
  const found = names.flatMap(([name, declared]) => {
    const file = sampleFileOf(name, declared)
    const { sample } = Object.hasOwn(files, file) ? parseSample(files[file]!) : {}
    return sample === undefined ? [] : [[name, sample] as const]
  })
  return Object.fromEntries(found)
}

/** Reads one sample file, or says what is wrong with it. */
export function parseSample(text: string): ParsedSample {
  try {
    const value = parseJson(text)
    const problem = problemOf(value)
    return problem === undefined ? { sample: value as Sample } : { problem }
  } catch (error) {
    if (!isFault(error)) throw error
    const offset = /character (\d+)/.exec(error.message)?.[1]
    return { problem: 'this is not JSON', ...(offset !== undefined && { offset: Number(offset) }) }
  }
}

function problemOf(value: unknown): string | undefined {
  if (!isObject(value)) return 'a sample is an object with "about" and "exchanges"'
  if (typeof value['about'] !== 'string' || value['about'] === '')
    return '"about" must say what is shown, of which API version, and from which page and day'
  const { exchanges } = value
  if (!Array.isArray(exchanges) || exchanges.length === 0)
    return '"exchanges" must be a list of at least one answer'
  const wrong = exchanges.findIndex((exchange) => !isExchange(exchange))
  return wrong === -1
    ? undefined
    : `exchanges[${wrong}] must have a "response" (status, headers, body), and may have a "request" (method, path, query)`
}

function isExchange(value: unknown): value is Exchange {
  if (!isObject(value) || !isObject(value['response'])) return false
  const { request = {}, response } = value
  const { status = 200, headers = {} } = response as Record<string, unknown>
  const isAnswer = Number.isInteger(status) && isTexts(headers)
  return (
    isAnswer &&
    isObject(request) &&
    isTexts(request['query'] ?? {}) &&
    ['method', 'path'].every((key) => isText(request[key] ?? ''))
  )
}

const isText = (value: unknown) => typeof value === 'string'
const isTexts = (value: unknown) => isObject(value) && Object.values(value).every(isText)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
