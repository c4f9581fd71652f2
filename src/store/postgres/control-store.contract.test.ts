import { after, test } from 'node:test'
import { findEngines } from '../engines/engines.ts'
import { withDebianPostgres } from '../engines/testing/debian-postgres.ts'
import { withEngines } from '../engines/testing.ts'
import { controlStoreContract } from './control-store.contract.ts'

const engines = await withEngines({ after }, { only: 'postgres' })
const isGiven = process.env['FAIRLEAD_TEST_DATABASE_URL'] !== undefined
const adminUrl = (await findEngines(engines.directory))?.adminUrl
controlStoreContract(isGiven ? 'the server given' : 'embedded PostgreSQL 18', () => ({
  databaseUrl: engines.databaseUrl,
  ...(adminUrl === undefined ? {} : { adminUrl }),
}))

const debian = await withDebianPostgres({ after })
if (debian === undefined)
  test("control store on Debian's PostgreSQL 15", (t) => t.skip('NOT RUN: apt-get install postgresql-15'))
else controlStoreContract("Debian's PostgreSQL 15", () => debian)
