import { type CsvError, parse } from 'csv-parse/sync'
import { Fault } from '../../lib/fault.ts'
import type { Broken, Decoded, DecodePlan } from './decode.ts'

const MAX_ROW_CHARACTERS = 1024 * 1024

/**
 * CSV as a list of objects, every value a text. A row with another number of fields than the header is set aside.
 *
 * @throws {Fault} `SOURCE_UNREADABLE` when a quote is never closed: what would have followed is not known.
 */
export function readCsv(text: string, { delimiter, columns }: DecodePlan): Decoded {
  const broken: Broken[] = []
  try {
    const body = parse(text, {
      bom: true,
      columns: columns === undefined ? true : [...columns],
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      max_record_size: MAX_ROW_CHARACTERS,
      ...(delimiter === undefined ? {} : { delimiter }),
      skip_records_with_error: true,
      on_skip: (error) => {
        // The library's messages quote the row; its codes do not.
        if (error?.code === 'CSV_QUOTE_NOT_CLOSED' || error === undefined) throw cutShort()
        broken.push({ record: rowOf(error), message: String(error.code) })
        return undefined
      },
    })
    return { body, broken }
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('SOURCE_UNREADABLE', 'the text is not CSV')
  }
}

function rowOf(error: CsvError): unknown {
  return 'record' in error ? error['record'] : null
}

function cutShort(): Fault {
  return new Fault('SOURCE_UNREADABLE', 'the CSV ends within a quoted field')
}
