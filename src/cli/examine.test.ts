import assert from 'node:assert/strict'
import { chmod, cp, mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { examine, type Patient } from './examine.ts'
import { emptyFolder } from './testing/command.ts'

/** A healthy installation with a state file, and how each part of it can be ill. */

const STATE = JSON.stringify({ fairlead: 1, connector: 'northwind-docs', streams: { audit: {} } })

async function healthy(folder: string): Promise<Patient & { readonly state: string }> {
  const state = join(folder, 'a.state.json')
  await cp('connectors/northwind-docs', join(folder, 'connectors', 'northwind-docs'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{}')
  await writeFile(state, STATE)
  await writeFile(`${state}.key`, Buffer.alloc(32, 1), { mode: 0o600 })
  await writeFile(`${state}.grant`, 'sealed', { mode: 0o600 })
  return {
    root: folder,
    nodeVersion: 'v24.0.0',
    nowMs: Date.now(),
    leastFreeBytes: 1,
    state,
    hasStateKey: false,
  }
}

type Ill = (patient: Patient & { readonly state: string }) => Promise<Partial<Patient>> | Partial<Patient>
const ILLNESSES: readonly [what: string, ill: Ill, at: RegExp, todo: RegExp][] = [
  ['an old Node', () => ({ nodeVersion: 'v22.19.0' }), /^Node$/, /install Node 24/],
  ['a clock of last week', ({ nowMs }) => ({ nowMs: nowMs - 7 * 86_400_000 }), /^clock$/, /set it/],
  [
    'a clock behind the state file',
    async ({ state, nowMs }) => {
      await utimes(state, new Date(nowMs + 3_600_000), new Date(nowMs + 3_600_000))
      return {}
    },
    /^clock$/,
    /set it/,
  ],
  ['a full disk', () => ({ leastFreeBytes: Number.POSITIVE_INFINITY }), /^disk/, /make room/],
  [
    'a folder that is a file',
    ({ root }) => ({ state: join(root, 'package.json', 'a') }),
    /^disk|json.a$/,
    /written to|move it away/,
  ],
  [
    'a damaged state file',
    async ({ state }) => {
      await writeFile(state, STATE.slice(0, 20))
      return {}
    },
    /state\.json$/,
    /move it away/,
  ],
  [
    'a key that others can read',
    async ({ state }) => {
      await chmod(`${state}.key`, 0o644)
      return {}
    },
    /\.key$/,
    /chmod 600/,
  ],
  [
    'half a key',
    async ({ state }) => {
      await writeFile(`${state}.key`, 'half')
      return {}
    },
    /\.key$/,
    /put the right one back/,
  ],
  [
    'a grant that others can read',
    async ({ state }) => {
      await chmod(`${state}.grant`, 0o640)
      return {}
    },
    /\.grant$/,
    /chmod 600/,
  ],
  [
    'a grant without its key',
    async ({ root }) => {
      const state = join(root, 'b.state.json')
      await writeFile(`${state}.grant`, 'sealed', { mode: 0o600 })
      return { state }
    },
    /\.grant$/,
    /FAIRLEAD_STATE_KEY/,
  ],
  [
    'a connector with a mistake',
    async ({ root }) => {
      await writeFile(join(root, 'connectors', 'northwind-docs', 'connector.yaml'), 'fairlead: 1')
      return {}
    },
    /^connector northwind-docs$/,
    /fairlead validate/,
  ],
  [
    'a folder without a manifest',
    async ({ root }) => {
      await mkdir(join(root, 'connectors', 'empty'))
      return {}
    },
    /^connector empty$/,
    /fairlead validate/,
  ],
]

test('what is well is well: seven things are looked at', async (t) => {
  const findings = await examine(await healthy(await emptyFolder(t)))
  assert.deepEqual(
    findings.filter(({ ok, todo }) => !ok || todo !== undefined),
    [],
  )
  assert.equal(findings.length, 7)
})

for (const [what, ill, at, todo] of ILLNESSES) {
  test(`${what} is found, alone, and it says what to do`, async (t) => {
    const patient = await healthy(await emptyFolder(t))
    const findings = await examine({ ...patient, ...(await ill(patient)) })
    const wrong = findings.filter(({ ok }) => !ok)
    assert.notEqual(wrong.length, 0)
    for (const { what, todo: told = '' } of wrong) {
      assert.match(what, at)
      assert.match(told, todo)
    }
  })
}

test('a folder that is not there yet is no illness: a run makes it', async (t) => {
  const patient = await healthy(await emptyFolder(t))
  const findings = await examine({ ...patient, state: join(patient.root, 'not', 'yet', 'a.json') })
  assert.ok(findings.every(({ ok }) => ok))
})

test('without a state file its files are not looked at, and a key from the environment serves', async (t) => {
  const patient = await healthy(await emptyFolder(t))
  const { state: _, ...rest } = patient
  assert.equal((await examine({ ...rest, state: undefined })).length, 4)
  const other = join(patient.root, 'c.state.json')
  await writeFile(`${other}.grant`, 'sealed', { mode: 0o600 })
  const findings = await examine({ ...patient, state: other, hasStateKey: true })
  assert.ok(findings.every(({ ok }) => ok))
})
