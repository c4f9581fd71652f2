import { openEmulator } from '../emulator/emulator.ts'
import { FAULTS, parseFault } from '../emulator/faults.ts'
import { serveEmulator } from '../emulator/serve.ts'
import { Fault } from '../lib/fault.ts'
import { readSamples } from '../manifest/samples.ts'
import { readConnector } from './load.ts'
import { FORMAT, type Verb } from './verb.ts'
import { portNumber, wholeNumber } from './whole-number.ts'

export const verb: Verb = {
  name: 'mock',
  summary:
    'Serves an emulator of the app, made from the manifest and its samples: sign-in, several pages, and faults on request.',
  usage: 'PATH',
  paths: [1, 1],
  options: {
    port: { type: 'string', value: 'N', about: 'Port on 127.0.0.1; 0 takes a free one.', default: '4100' },
    records: {
      type: 'string',
      value: 'N',
      about: 'Records in each activity stream; the samples alone when absent.',
    },
    live: { type: 'string', value: 'N', about: 'New activity every second, so many records.' },
    fault: {
      type: 'string',
      value: 'NAME[:P][@N][/STREAM]',
      multiple: true,
      about: `What goes wrong: ${FAULTS.map(({ name }) => name).join(', ')}. 429:0.1 one in ten, truncated@3 the third request, 401@2/users.`,
    },
    seed: { type: 'string', value: 'TEXT', about: 'The same seed gives the same app.', default: 'fairlead' },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: [
    'fairlead mock connectors/northwind-docs --port 4100 --records 5000 --fault 429:0.05 --fault truncated:0.02',
  ],
  run: async (args, io) => {
    const { connector, files } = await readConnector(args.paths[0] ?? '', io)
    const emulator = openEmulator(connector, readSamples(connector, files), {
      clock: io.clock,
      seed: args.text('seed') ?? 'fairlead',
      faults: args.texts('fault').map(faultOf),
      ...optional('records', wholeNumber(args, 'records')),
      ...(args.text('live') === undefined
        ? {}
        : { live: { count: wholeNumber(args, 'live') ?? 1, perMs: 1000 } }),
    })
    const port = portNumber(args, 'port') ?? 4100
    const served = await serveEmulator(emulator, { port }).catch((cause: NodeJS.ErrnoException) => {
      throw new Fault('USAGE_WRONG', `--port ${port}: ${cause.code}; 0 takes a free one`, { cause })
    })
    io.stdout.write(
      args.text('format') === 'json'
        ? `${JSON.stringify({ url: served.url, notes: emulator.notes() })}\n`
        : [
            `${connector.app.name} at ${served.url}`,
            ...emulator.notes().map((note) => `  ${note}`),
            `  fairlead run ${args.paths[0]} --at ${served.url}   collects from it; ctrl-C ends it`,
            '',
          ].join('\n'),
    )
    await new Promise<void>((resolve) =>
      io.signal.aborted ? resolve() : io.signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    await served.close()
    return 0
  },
}

function faultOf(text: string) {
  const rule = parseFault(text)
  if (rule === undefined)
    throw new Fault('USAGE_WRONG', `--fault ${text}: there are ${FAULTS.map(({ name }) => name).join(', ')}`)
  return rule
}

const optional = (name: string, value: number | undefined) => (value === undefined ? {} : { [name]: value })
