import assert from 'node:assert/strict'
import { chmod, cp, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { engineAccount } from '../account.ts'
import { runProgram } from '../run-program.ts'
import { postgresBinaries } from './binaries.ts'

const folder = await mkdtemp(join(tmpdir(), 'fairlead-binaries-'))
await chmod(folder, 0o755)
after(() => rm(folder, { recursive: true, force: true }))
const found = await engineAccount()
const account = found === 'same' ? undefined : found

/** The package as npm leaves it when install scripts are off: without a link. */
async function unpacked(name: string): Promise<string> {
  const native = join(await postgresBinaries(folder, undefined), '..')
  const copy = join(folder, name, 'native')
  await mkdir(join(folder, name))
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  for (const entry of await readdir(join(copy, 'lib'), { withFileTypes: true }))
    if (entry.isSymbolicLink()) await rm(join(copy, 'lib', entry.name))
  return copy
}
const says = (bin: string): Promise<void> =>
  runProgram(join(bin, 'postgres'), ['--version'], { account, cwd: '/' })

test('links are made beside the libraries, by several at once', async () => {
  const installed = await unpacked('fresh')
  await assert.rejects(says(join(installed, 'bin')), /libicu|shared librar|ended with/)
  const places = await Promise.all([1, 2, 3].map(() => postgresBinaries(folder, account, installed)))
  assert.deepEqual(new Set(places), new Set([join(installed, 'bin')]))
  assert.equal(basename(await readlink(join(installed, 'lib', 'libicuuc.so.60'))), 'libicuuc.so.60.2')
  await says(join(installed, 'bin'))
})

test('where the package cannot be reached, a private copy is made once', async (t) => {
  if (account === undefined) return t.skip('only root runs PostgreSQL under another account')
  const installed = await unpacked('closed')
  await chmod(join(folder, 'closed'), 0o700)
  const own = join(folder, 'own')
  await mkdir(own)
  const places = await Promise.all([1, 2].map(() => postgresBinaries(own, account, installed)))
  assert.deepEqual(new Set(places), new Set([join(own, 'native-18', 'bin')]))
  assert.deepEqual(await readdir(own), ['native-18'])
  await says(places[0] ?? '')
})
