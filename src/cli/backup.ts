import { backup } from '../store/engines/backup.ts'
import { refuseExternal } from '../store/engines/external.ts'
import { logLine } from './style.ts'
import type { Verb } from './verb.ts'

export const verb: Verb = {
  name: 'backup',
  summary: 'Copies both embedded stores into a folder, while the platform works or while it stands still.',
  usage: 'DIR',
  paths: [1, 1],
  options: {
    directory: {
      type: 'string',
      value: 'DIR',
      about: 'Where the platform keeps its data.',
      default: '.fairlead',
    },
  },
  examples: ['fairlead backup /var/backups/fairlead-2026-11-28'],
  run: async (args, io) => {
    refuseExternal(io.env)
    const [target = ''] = args.paths
    const { createdAt } = await backup({
      directory: args.text('directory') ?? '.fairlead',
      target,
      log: ({ level, engine, message }) => {
        if (level !== 'info') io.stderr.write(`${logLine(engine, message)}\n`)
      },
    })
    io.stdout.write(
      `${target}: everything up to ${createdAt}, without the root key. Keep that key elsewhere: without it no credential in here can be opened.\n`,
    )
    return 0
  },
}
