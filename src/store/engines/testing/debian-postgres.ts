import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { createCluster, DATABASE, readPasswords } from '../postgres/cluster.ts'
import { postgresAccount, SETTINGS, startCluster } from '../postgres/server.ts'

export type TestServer = { readonly databaseUrl: string; readonly adminUrl: string }

const BIN = '/usr/lib/postgresql/15/bin'

/** A private cluster of Debian's PostgreSQL 15, the oldest that is supported; undefined where it is not installed. */
export async function withDebianPostgres(t: {
  readonly after: (work: () => Promise<void>) => void
}): Promise<TestServer | undefined> {
  const isInstalled = await access(join(BIN, 'postgres')).then(
    () => true,
    () => false,
  )
  if (!isInstalled) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-postgres-15-'))
  await chmod(folder, 0o711)
  const account = await postgresAccount(folder)
  const data = join(folder, 'data')
  await createCluster(folder, data, BIN, account)
  const passwords = await readPasswords(folder)
  const port = await freePort()
  const { io_method: _, ...settings } = SETTINGS
  const running = await startCluster({
    cluster: { data },
    bin: BIN,
    account,
    port,
    settings,
    log: () => undefined,
  })
  t.after(async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const url = (role: 'fairlead' | 'postgres'): string =>
    `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${DATABASE}`
  return { databaseUrl: url('fairlead'), adminUrl: url('postgres') }
}
