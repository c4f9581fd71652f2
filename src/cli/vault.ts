import { resealOrganisation } from '../connect/reseal.ts'
import { vaultChecks } from '../credentials/vault-checks.ts'
import { Fault } from '../lib/fault.ts'
import { platformEngines } from '../platform/engines.ts'
import { openStores, type Stores } from '../platform/open-stores.ts'
import { platformOptions } from '../platform/options.ts'
import { openDataKeyRows } from '../store/postgres/data-key-rows.ts'
import { ofKept } from '../store/postgres/deletion-rows.ts'
import { logLine, openStyle } from './style.ts'
import type { Arguments, ExitCode, Io, Verb } from './verb.ts'

export const verb: Verb = {
  name: 'vault',
  summary: 'Checks the root key, or rotates keys; beside a running platform, or alone.',
  usage: '',
  paths: [0, 0],
  options: {
    rewrap: {
      type: 'boolean',
      about:
        'Wraps every data key with the first root key. First give every process both keys, the old one in front; then the new one in front, and rewrap; then take the old one away.',
    },
    rotate: {
      type: 'boolean',
      about: 'Makes a new data key for each organisation, and seals everything with it.',
    },
    organisation: { type: 'string', value: 'ID', about: 'Rotates this organisation’s only.' },
  },
  examples: [
    'fairlead vault',
    'FAIRLEAD_ROOT_KEY="NEW OLD" fairlead vault --rewrap',
    'fairlead vault --rotate',
  ],
  run: async (args, io) => {
    const options = platformOptions(io.env)
    const engines = platformEngines(options, ({ level, engine, message }) => {
      if (level === 'error') io.stderr.write(`${logLine(engine, message)}\n`)
    })
    const stores = await openStores(options, { clock: io.clock, engines })
    try {
      if (args.flag('rewrap')) await rewrap(stores, io)
      if (args.flag('rotate')) await rotate(stores, args, io)
      return await report(stores, io)
    } finally {
      await stores.close()
    }
  },
}

async function rewrap({ vault }: Stores, { stdout }: Io): Promise<void> {
  stdout.write(`${await vault.rewrapDataKeys()} data keys were wrapped anew\n`)
}

async function rotate({ control, vault }: Stores, args: Arguments, { stdout }: Io): Promise<void> {
  const only = args.text('organisation')
  const rows = await control.asPlatform((tx) =>
    tx
      .selectFrom('data_key')
      .select('organisation_id as id')
      .distinct()
      .where('organisation_id', '!=', '')
      .where(ofKept)
      .execute(),
  )
  const chosen = rows.filter(({ id }) => only === undefined || id === only)
  if (chosen.length === 0 && only !== undefined)
    throw new Fault('NOT_FOUND', `nothing is sealed for the organisation ${only}`)
  for (const { id } of chosen) {
    const version = await vault.rotateDataKey(id)
    const count = await resealOrganisation(control, vault, id)
    stdout.write(`${id}: data key ${version}, ${count} values were sealed anew\n`)
  }
}

async function report({ control, rootKeys }: Stores, { stdout, hasColor }: Io): Promise<ExitCode> {
  const style = openStyle(hasColor)
  const checks = await vaultChecks({ load: async () => rootKeys, store: openDataKeyRows(control) })
  for (const { what, ok, found, todo } of checks)
    stdout.write(
      `${ok ? style.green('ok   ') : style.red('WRONG')} ${what}: ${found}\n${ok || todo === undefined ? '' : `      ${todo}\n`}`,
    )
  return checks.every(({ ok }) => ok) ? 0 : 1
}
