/**
 * Runs the tests that touch control data on Debian's PostgreSQL 15 instead of the embedded 18: `npm run test:postgres`, or with the files
 * named. Needs the package postgresql-15; a private cluster is made and removed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Client } from 'pg'
import { withDebianPostgres } from '../../src/store/engines/testing/debian-postgres.ts'

const FILES = [
  'store/postgres',
  'sync',
  'connect',
  'identity',
  'api',
  'exports',
  'webhooks',
  'hooks',
  'platform',
].map((folder) => `src/${folder}/**/*.test.ts`)

const closing: (() => Promise<void>)[] = []
const server = await withDebianPostgres({ after: (work) => closing.push(work) })
if (server === undefined) {
  process.stderr.write('PostgreSQL 15 is not installed: apt-get install postgresql-15\n')
  process.exit(2)
}
const admin = new Client({ connectionString: server.adminUrl })
await admin.connect()
// Each test file makes a database of its own.
await admin.query('alter role fairlead createdb')
await admin.end()
const wanted = process.argv.slice(2)
// Beside this process, which reads what the server says: a server whose log nobody reads stands still.
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', ...(wanted.length === 0 ? FILES : wanted)],
  { stdio: 'inherit', env: { ...process.env, FAIRLEAD_TEST_DATABASE_URL: server.databaseUrl } },
)
const [status] = (await once(tests, 'exit')) as [number | null]
for (const close of closing.toReversed()) await close()
process.exit(status ?? 1)
