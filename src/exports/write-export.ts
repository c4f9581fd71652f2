import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FAULTS, type FaultCode, isFault } from '../lib/fault.ts'
import { changeExport, type ExportChange, type ExportRow, takeExport } from '../store/postgres/export-rows.ts'
import type { StoredFault } from '../store/postgres/tables.ts'
import { exportOf, keptOf } from './export.ts'
import type { ExportPorts } from './exports.ts'

/** How often the progress of one export is kept. */
const NOTED_EVERY_MS = 500

type Written = { readonly events: number; readonly bytes: number }

/** The file of an export, and the one it has while it is written. */
export function filesOf(id: string, format: ExportRow['format']): readonly [file: string, part: string] {
  const file = `${id}.${format}`
  return [file, `${file}.part`]
}

/**
 * Writes the oldest export that waits. It is held by a lock that dies with this process.
 *
 * @returns false when there was none.
 */
export function writeNextExport(ports: ExportPorts, signal: AbortSignal): Promise<boolean> {
  return ports.control.asPlatform(async (held) => {
    const row = await takeExport(held)
    if (row === undefined) return false
    await writeExport(ports, row, signal)
    return true
  })
}

async function writeExport(ports: ExportPorts, row: ExportRow, signal: AbortSignal): Promise<void> {
  const { folder, clock } = ports
  const [file, partName] = filesOf(row.id, row.format)
  const part = join(folder, partName)
  try {
    const { filter } = keptOf(row)
    const expected = await ports.activity.count(row.organisation_id, filter)
    await note(ports, row, { state: 'running', events_expected: expected, events: 0, bytes: 0 })
    const { events, bytes } = await writeFile(ports, row, { part, signal })
    await rename(part, join(folder, file))
    // Parquet does not say how many rows went by.
    const counted = row.format === 'ndjson' ? events : expected
    await note(ports, row, { state: 'done', events: counted, bytes, file, ended_at: new Date(clock.now()) })
  } catch (error) {
    await rm(part, { force: true })
    if (signal.aborted) return
    const fault = storedFault(error, clock.now())
    await note(ports, row, { state: 'failed', fault, ended_at: new Date(clock.now()) })
  }
}

async function writeFile(
  ports: ExportPorts,
  row: ExportRow,
  { part, signal }: { readonly part: string; readonly signal: AbortSignal },
): Promise<Written> {
  const { activity, clock } = ports
  const handle: FileHandle = await open(part, 'w', 0o600)
  let written: Written = { events: 0, bytes: 0 }
  let notedAt = clock.now()
  try {
    for await (const chunk of activity.export(row.organisation_id, keptOf(row).filter, row.format)) {
      signal.throwIfAborted()
      await handle.writeFile(chunk)
      written = { events: written.events + linesIn(chunk), bytes: written.bytes + chunk.length }
      if (clock.now() - notedAt < NOTED_EVERY_MS) continue
      notedAt = clock.now()
      await note(ports, row, row.format === 'ndjson' ? written : { bytes: written.bytes })
    }
    await handle.sync()
    return written
  } finally {
    await handle.close()
  }
}

const NEWLINE = 10
function linesIn(chunk: Uint8Array): number {
  let lines = 0
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1
  return lines
}

async function note({ control, changed }: ExportPorts, row: ExportRow, change: ExportChange): Promise<void> {
  const now = await control.within(row.organisation_id, (tx) => changeExport(tx, row.id, change))
  if (now !== undefined) changed(row.organisation_id, exportOf(now))
}

function storedFault(error: unknown, nowMs: number): StoredFault {
  const code: FaultCode = isFault(error) ? error.code : 'PLATFORM_FAILED'
  const message = isFault(error) ? error.message : 'the file could not be written'
  return {
    code,
    message,
    blame: FAULTS[code].blame,
    help: FAULTS[code].help,
    at: new Date(nowMs).toISOString(),
  }
}
