import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { absurd } from '../lib/absurd.ts'
import { parseJson, stringifyJson } from '../lib/json.ts'
import type { StreamPlan } from '../model/connector.ts'
import { readXml, writeXml } from './xml.ts'

export type Format = NonNullable<StreamPlan['decode']>
const JSON_FORMAT: Format = { as: 'json' }

/** A recorded body as expressions see it. */
export function readBody(body: unknown, format: Format = JSON_FORMAT): unknown {
  if (typeof body !== 'string') return body
  switch (format.as) {
    case 'json':
      return body === '' ? undefined : parseJson(body)
    case 'text':
      return body
    case 'ndjson':
      return body
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parseJson(line))
    case 'csv': {
      const columns = format.columns === undefined ? true : [...format.columns]
      const options = { columns, bom: true, delimiter: format.delimiter ?? ',', skip_empty_lines: true }
      return parse(body, options) as unknown
    }
    case 'xml':
      return readXml(body, format.lists ?? [])
    default:
      return absurd(format.as)
  }
}

const TYPES: Readonly<Record<Format['as'], string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  xml: 'application/xml',
  text: 'text/plain; charset=utf-8',
}

/** The body as the app sends it, with its type. */
export function writeBody(
  value: unknown,
  format: Format = JSON_FORMAT,
): { readonly type: string; readonly body: string | Uint8Array } {
  const text = textOf(value, format)
  return { type: TYPES[format.as], body: format.gzip === true ? gzipSync(text) : text }
}

function textOf(value: unknown, format: Format): string {
  if (value === undefined) return ''
  switch (format.as) {
    case 'json':
      return stringifyJson(value)
    case 'ndjson':
      return (value as readonly unknown[]).map((line) => `${stringifyJson(line)}\n`).join('')
    case 'csv':
      return csvText(value as readonly Readonly<Record<string, unknown>>[], format)
    case 'xml':
      return writeXml(value)
    case 'text':
      return String(value)
    default:
      return absurd(format.as)
  }
}

function csvText(rows: readonly Readonly<Record<string, unknown>>[], format: Format): string {
  const columns = format.columns ?? Object.keys(rows[0] ?? {})
  const header = format.columns === undefined && rows.length > 0 ? [columns] : []
  const lines = [...header, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))]
  return lines.map((cells) => `${cells.map(quoted).join(format.delimiter ?? ',')}\r\n`).join('')
}

const quoted = (cell: string) => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
