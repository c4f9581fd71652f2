import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { Client } from 'pg'
import { type Engines, openEngines } from './engines.ts'
import type { EngineLine } from './supervise.ts'

export type TestEngines = Engines & {
  readonly directory: string
  /** What the engines said, for a test that asks. */
  readonly lines: readonly EngineLine[]
}
export type TestEnginesOptions = {
  /** Start only what the test uses. The URL of the other is empty. */
  readonly only?: 'postgres' | 'activity'
}

const NONE = 'none:'

/**
 * Fresh engines for one test file, closed after it: `const engines = await withEngines({ after })`, or `withEngines(t)` for one test.
 *
 * With FAIRLEAD_TEST_DATABASE_URL or FAIRLEAD_TEST_CLICKHOUSE_URL the file gets a new database on that server instead.
 */
export async function withEngines(
  t: { readonly after: (work: () => Promise<void>) => void },
  { only }: TestEnginesOptions = {},
): Promise<TestEngines> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-engines-'))
  const lines: EngineLine[] = []
  const undo: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })]
  const databaseUrl = only === 'activity' ? NONE : await testDatabase(undo)
  const clickhouseUrl = only === 'postgres' ? NONE : await testClickhouse(undo)
  if (databaseUrl === undefined) await copyTemplate(directory)
  const engines = await openEngines({
    directory,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(clickhouseUrl === undefined ? {} : { clickhouseUrl }),
    log: (line) => lines.push(line),
  })
  undo.push(engines.close)
  t.after(async () => {
    for (const step of undo.toReversed()) await step()
  })
  return { ...engines, directory, lines }
}

async function testDatabase(undo: (() => Promise<void>)[]): Promise<string | undefined> {
  const server = process.env['FAIRLEAD_TEST_DATABASE_URL']
  if (server === undefined) return undefined
  const name = `fairlead_test_${randomBytes(6).toString('hex')}`
  await ask(server, `create database ${name}`)
  undo.push(() => ask(server, `drop database ${name} with (force)`))
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function testClickhouse(undo: (() => Promise<void>)[]): Promise<string | undefined> {
  const server = process.env['FAIRLEAD_TEST_CLICKHOUSE_URL']
  if (server === undefined) return undefined
  const name = `fairlead_test_${randomBytes(6).toString('hex')}`
  const client = createClient({ url: server })
  await client.command({ query: `CREATE DATABASE ${name}` })
  undo.push(async () => {
    await client.command({ query: `DROP DATABASE ${name}` })
    await client.close()
  })
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** A new cluster takes most of a second, a copy of one a fifth of that; the copy is made once for each machine and account. */
async function copyTemplate(directory: string): Promise<void> {
  const template = join(tmpdir(), `fairlead-postgres-18-template-${process.getuid?.() ?? 0}`)
  const copy = (from: string, to: string): Promise<void> =>
    cp(from, to, { recursive: true, preserveTimestamps: true, filter: (path) => !path.endsWith('.pid') })
  const target = join(directory, 'postgres')
  if (
    await copy(template, target).then(
      () => true,
      () => false,
    )
  )
    return
  await rm(target, { recursive: true, force: true })
  const made = await mkdtemp(join(tmpdir(), 'fairlead-engines-'))
  const engines = await openEngines({ directory: made, clickhouseUrl: NONE, log: () => undefined })
  await engines.close()
  await copy(join(made, 'postgres'), target)
  await rename(join(made, 'postgres'), template).catch(() => undefined)
  await rm(made, { recursive: true, force: true })
}
