import { fileURLToPath } from 'node:url'
import { platformOptions } from '../platform/options.ts'
import { engineChecks } from '../store/engines/checks.ts'
import { examine, type Finding } from './examine.ts'
import { examineVault } from './examine-vault.ts'
import { openStyle, type Style } from './style.ts'
import { FORMAT, type Verb } from './verb.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LEAST_FREE_BYTES = 256 * 1024 * 1024

export const verb: Verb = {
  name: 'doctor',
  summary:
    'Checks the installation: Node, clock, disk, state, key and grant files, connectors, root key, engines.',
  usage: '[STATE]',
  paths: [0, 1],
  options: { format: FORMAT(['text', 'json'], 'text') },
  examples: ['fairlead doctor', 'fairlead doctor acme.state.json'],
  run: async (args, io) => {
    const examined = await examine({
      root: ROOT,
      nodeVersion: process.version,
      nowMs: io.clock.now(),
      leastFreeBytes: LEAST_FREE_BYTES,
      state: args.paths[0],
      hasStateKey: io.env['FAIRLEAD_STATE_KEY'] !== undefined,
    })
    const { directory, databaseUrl, clickhouseUrl } = platformOptions(io.env)
    const engines = await engineChecks({
      directory,
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...(clickhouseUrl !== undefined && { clickhouseUrl }),
    })
    const findings = [...examined, ...(await examineVault(io.env)), ...engines]
    const style = openStyle(io.hasColor)
    const text = findings.map((finding) => render(finding, style)).join('')
    io.stdout.write(args.text('format') === 'json' ? `${JSON.stringify(findings, null, 2)}\n` : text)
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

function render({ what, ok, found, todo }: Finding, style: Style): string {
  const advice = todo === undefined ? '' : `      ${todo}\n`
  return `${ok ? style.green('ok   ') : style.red('WRONG')} ${what}: ${found}\n${advice}`
}
