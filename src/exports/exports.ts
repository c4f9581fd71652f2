import { createReadStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { newId } from '../lib/id.ts'
import type { ActivityFilter, ActivityStore } from '../model/activity.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import {
  deleteExpiredExports,
  type ExportRow,
  exportFiles,
  insertExport,
  listExports,
  readExport,
} from '../store/postgres/export-rows.ts'
import type { NewestFirst } from '../store/postgres/history-rows.ts'
import { type Export, exportOf } from './export.ts'
import { filesOf, writeNextExport } from './write-export.ts'

export type ExportPorts = {
  readonly control: ControlStore
  readonly activity: Pick<ActivityStore, 'count' | 'export'>
  /** Below the data directory; shared by all processes that serve the API. */
  readonly folder: string
  readonly clock: Clock
  /** Told of every change of an export, as it is now. */
  readonly changed: (organisationId: string, export_: Export) => void
}

export type NewExport = {
  readonly organisationId: string
  readonly createdBy: string
  readonly format: 'ndjson' | 'parquet'
  /** As asked, to be shown. */
  readonly query: object
  /** What it means. */
  readonly filter: ActivityFilter
}

export type ExportFile = {
  readonly name: string
  readonly bytes: number
  readonly format: 'ndjson' | 'parquet'
  readonly open: () => NodeJS.ReadableStream
}

export type Exports = {
  readonly list: (organisationId: string, ask: NewestFirst) => Promise<readonly Export[]>
  readonly get: (organisationId: string, id: string) => Promise<Export | undefined>
  /** @param beside runs in the same transaction, e.g. the line of the audit trail. */
  readonly create: (ask: NewExport, beside: (tx: Tx, id: string) => Promise<unknown>) => Promise<Export>
  /** @throws {Fault} `EXPORT_UNREADY` */
  readonly file: (organisationId: string, id: string) => Promise<ExportFile | undefined>
  /** Deletes files whose time is over, and goes on with what waits. Every minute. */
  readonly expire: () => Promise<void>
  /** Deletes every file of an organisation that was deleted, also one that is being written. */
  readonly eraseOf: (organisationId: string) => Promise<void>
  /** Ends the writing under way; another process, or the next start, begins it anew. */
  readonly close: () => Promise<void>
}

/** How long a file is kept. */
const KEPT_MS = 7 * 86_400_000

/** Writes queries as files, one after the other. Begins with what an earlier process left. */
export async function openExports(ports: ExportPorts): Promise<Exports> {
  const { control, folder, clock } = ports
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const ending = new AbortController()
  let writing: Promise<void> | undefined
  let isAsked = false
  const write = () => {
    isAsked = true
    writing ??= writeAsked()
  }
  const writeAsked = async () => {
    // A store that is away is no failure of an export: it waits, and is tried again with the next one or the next minute.
    while (isAsked && !ending.signal.aborted) {
      isAsked = false
      await writeAll(ports, ending.signal).catch(() => undefined)
    }
    writing = undefined
  }
  /** Before their rows: those say which files there are. */
  const removeFiles = async (rows: Awaited<ReturnType<typeof exportFiles>>) => {
    for (const file of rows.flatMap(({ id, format }) => filesOf(id, format)))
      await rm(join(folder, file), { force: true })
  }
  write()
  return {
    list: (organisationId, ask) =>
      control.within(organisationId, async (tx) => (await listExports(tx, ask)).map(exportOf)),
    get: (organisationId, id) =>
      control.within(organisationId, async (tx) => {
        const row = await readExport(tx, id)
        return row === undefined ? undefined : exportOf(row)
      }),
    create: async ({ organisationId, createdBy, format, query, filter }, beside) => {
      const id = newId('exp', clock.now())
      const row = await control.within(organisationId, async (tx) => {
        await beside(tx, id)
        return insertExport(tx, {
          id,
          organisation_id: organisationId,
          format,
          query: { query, filter },
          created_by: createdBy,
          expires_at: new Date(clock.now() + KEPT_MS),
        })
      })
      write()
      return exportOf(row)
    },
    file: async (organisationId, id) => {
      const row = await control.within(organisationId, (tx) => readExport(tx, id))
      return row === undefined ? undefined : fileOf(row, folder)
    },
    expire: async () => {
      write()
      const now = new Date(clock.now())
      await removeFiles(await control.asPlatform((tx) => exportFiles(tx, now)))
      await control.asPlatform((tx) => deleteExpiredExports(tx, now))
    },
    eraseOf: async (organisationId) =>
      removeFiles(await control.withinErased(organisationId, (tx) => exportFiles(tx))),
    close: async () => {
      ending.abort()
      await writing
    },
  }
}

async function writeAll(ports: ExportPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await writeNextExport(ports, signal)));
}

async function fileOf({ id, state, file, format }: ExportRow, folder: string): Promise<ExportFile> {
  const path = join(folder, file ?? '')
  const size = file === null || state !== 'done' ? undefined : await stat(path).catch(() => undefined)
  if (size === undefined) throw new Fault('EXPORT_UNREADY', `the export is ${state}; there is no file`)
  return { name: `${id}.${format}`, bytes: size.size, format, open: () => createReadStream(path) }
}
