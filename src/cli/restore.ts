import { restore } from '../store/engines/backup.ts'
import { refuseExternal } from '../store/engines/external.ts'
import { logLine } from './style.ts'
import type { Verb } from './verb.ts'

export const verb: Verb = {
  name: 'restore',
  summary: 'Makes the embedded stores of a new platform directory from a backup.',
  usage: 'DIR',
  paths: [1, 1],
  options: {
    directory: {
      type: 'string',
      value: 'DIR',
      about: 'Where the platform keeps its data; it must have no stores yet.',
      default: '.fairlead',
    },
  },
  examples: ['fairlead restore /var/backups/fairlead-2026-11-28'],
  run: async (args, io) => {
    refuseExternal(io.env)
    const [source = ''] = args.paths
    const directory = args.text('directory') ?? '.fairlead'
    const { createdAt } = await restore({
      source,
      directory,
      log: ({ level, engine, message }) => {
        if (level !== 'info') io.stderr.write(`${logLine(engine, message)}\n`)
      },
    })
    io.stdout.write(
      `${directory}: as of ${createdAt}. Put the root key of that platform in its place before it is started.\n`,
    )
    return 0
  },
}
