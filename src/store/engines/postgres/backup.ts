import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { type Account, giveTo } from '../account.ts'
import { copyDurably, copyTree } from '../copy-tree.ts'
import { runProgram } from '../run-program.ts'
import { DATABASE, newPasswords, writePasswords } from './cluster.ts'

/** What a copy of a running cluster leaves out: PostgreSQL makes it again. The log comes last, after the stop. */
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label.*|global\/pg_control|pg_(wal|replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\/.*)$|(^|\/)(pgsql_tmp[^/]*|pg_internal\.init[^/]*)$/

/**
 * Copies the running cluster. It stands for the moment at which this resolves.
 *
 * @param adminUrl of the superuser: only that role may say where a backup begins and ends.
 */
export async function backupPostgres(adminUrl: string, data: string, target: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  try {
    // The slot keeps the log from being recycled while we copy; it goes with this connection.
    await client.query(`select pg_create_physical_replication_slot('fairlead_backup', true, true)`)
    await client.query(`select pg_backup_start('fairlead', true)`)
    await copyTree(data, target, (path) => !LEFT_OUT.test(path))
    await copyDurably(join(data, 'global', 'pg_control'), join(target, 'global', 'pg_control'))
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    await writeFile(join(target, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600, flush: true })
    await copyTree(join(data, 'pg_wal'), join(target, 'pg_wal'))
  } finally {
    await client.end()
  }
}

/** Makes a cluster of a copy. Its passwords are new: a backup holds none, and none of an old machine opens the new one. */
export async function restorePostgres(
  source: string,
  folder: string,
  bin: string,
  account: Account | undefined,
): Promise<void> {
  const data = join(folder, 'data')
  await copyTree(source, data)
  if (account !== undefined) await giveTo(data, account)
  const passwords = newPasswords()
  await runProgram(join(bin, 'postgres'), ['--single', '-j', '-D', data, 'template1'], {
    account,
    cwd: data,
    input: [
      `alter role ${DATABASE} password '${passwords.fairlead}';`,
      `alter role postgres password '${passwords.postgres}';`,
      '',
    ].join('\n\n'),
  })
  await writePasswords(folder, passwords)
}
