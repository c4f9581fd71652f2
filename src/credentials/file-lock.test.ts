import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { takeLock } from './file-lock.ts'
import { countingBytes } from './testing/acme.ts'

const HOST = Buffer.from(hostname()).toString('base64url')
const random = countingBytes()

async function lockIn(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-lock-'))
  t.after(() => rm(folder, { recursive: true }))
  return { folder, clock: systemClock, random }
}

test('thirty who want the lock hold it one after the other', async (t) => {
  const lock = await lockIn(t)
  let [holders, most, total] = [0, 0, 0]
  const hold = async () => {
    const held = await takeLock(lock)
    most = Math.max(most, ++holders)
    total++
    await systemClock.sleep(1)
    await held.confirm()
    holders--
    await held.release()
  }
  await Promise.all(Array.from({ length: 30 }, hold))
  assert.deepEqual({ most, total }, { most: 1, total: 30 })
  assert.deepEqual(await readdir(lock.folder), [])
})

test('the claim of a process that was killed does not keep the lock', async (t) => {
  const lock = await lockIn(t)
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const claim = join(lock.folder, `${HOST}.${child.pid}-0.abc`)
  await writeFile(claim, '')
  let isTaken = false
  const taken = takeLock(lock).then((held) => {
    isTaken = true
    return held
  })
  await systemClock.sleep(100)
  assert.equal(isTaken, false)
  child.kill('SIGKILL')
  await (await taken).release()
  assert.deepEqual(await readdir(lock.folder), [])
})

const leftovers: readonly [what: string, name: string, ageMs: number][] = [
  ['a former process with our number', `${HOST}.${process.pid}-0.abc`, 0],
  ['another machine that left it long ago', `other.${process.pid}-0.abc`, 600_001],
  ['a process that hangs', `${HOST}.${process.ppid}-0.abc`, 600_001],
]
for (const [what, name, ageMs] of leftovers) {
  test(`a claim of ${what} does not keep the lock`, async (t) => {
    const lock = await lockIn(t)
    await claimOf(lock.folder, name, ageMs)
    await (await takeLock(lock)).release()
    assert.deepEqual(await readdir(lock.folder), [])
  })
}

const owners: readonly [what: string, name: string][] = [
  ['another machine', `other.${process.pid}-0.abc`],
  ['another process', `${HOST}.${process.ppid}-0.abc`],
  ['another thread', `${HOST}.${process.pid}-9.abc`],
]
for (const [what, name] of owners) {
  test(`a young claim of ${what} keeps the lock until it is gone`, async (t) => {
    const lock = await lockIn(t)
    await claimOf(lock.folder, name, 590_000)
    let looks = 0
    const clock = {
      now: systemClock.now,
      sleep: async () => {
        if (++looks === 3) await rm(join(lock.folder, name))
      },
    }
    await (await takeLock({ ...lock, clock })).release()
    assert.equal(looks, 3)
  })
}

test('a holder whose lock was taken away notices', async (t) => {
  const lock = await lockIn(t)
  const held = await takeLock(lock)
  await held.confirm()
  for (const claim of await readdir(lock.folder)) await rm(join(lock.folder, claim))
  await assert.rejects(held.confirm(), { code: 'SOURCE_UNAVAILABLE' })
  await held.release()
})

async function claimOf(folder: string, name: string, ageMs: number): Promise<void> {
  await writeFile(join(folder, name), '')
  const at = new Date(systemClock.now() - ageMs)
  await utimes(join(folder, name), at, at)
}
