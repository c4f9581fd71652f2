import { finishConsent, startConsent } from '../credentials/consent.ts'
import { finishDevice, startDevice } from '../credentials/device.ts'
import { openLoopback } from '../credentials/loopback.ts'
import { chooseMethod } from '../credentials/method.ts'
import { emulatedUrl } from '../emulator/emulated-transport.ts'
import { Fault } from '../lib/fault.ts'
import { type Connection, openConnection } from '../sync/connection.ts'
import { CONNECTION_OPTIONS, connectionFrom } from './connection-options.ts'
import { readConnector } from './load.ts'
import { inert } from './style.ts'
import { type Arguments, FORMAT, type Io, type Verb } from './verb.ts'
import { portNumber } from './whole-number.ts'

export const verb: Verb = {
  name: 'connect',
  summary:
    'Signs in to the app where a person must consent, keeps the grant beside the state, and proves the connection.',
  usage: 'PATH',
  paths: [1, 1],
  options: {
    ...CONNECTION_OPTIONS,
    'redirect-port': {
      type: 'string',
      value: 'N',
      about: 'Port of the address the app sends the browser back to, where the app wants it registered.',
    },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: ['fairlead connect connectors/northwind-docs --set workspace=acme --state acme.state.json'],
  run: async (args, io) => {
    const { connector } = await readConnector(args.paths[0] ?? '', io)
    const options = await connectionFrom(connector, args, io)
    const connection = openConnection({ ...options, notify: () => undefined })
    try {
      const method = chooseMethod(connector, options.input.auth)
      const grant = method.kind === 'oauth2' ? method.plan.grant : undefined
      if (args.text('state') === undefined && grant !== undefined)
        throw new Fault('USAGE_WRONG', 'connect keeps a grant: name a --state FILE')
      if (grant === 'authorization_code') await consent(connection, io, args)
      if (grant === 'device_code') await typeCode(connection, io, args)
      const { ok, identity, fault } = await connection.check()
      io.stdout.write(render(args.text('format'), { ok, identity }))
      if (fault !== undefined) throw fault
      return ok ? 0 : 1
    } finally {
      await connection.close()
    }
  },
}

function render(
  format: string | undefined,
  { ok, identity }: { readonly ok: boolean; readonly identity: string | undefined },
): string {
  if (format === 'json') return `${JSON.stringify({ ok, identity })}\n`
  return `${ok ? 'connected' : 'not connected'}${identity === undefined ? '' : ` as ${inert(identity)}`}\n`
}

async function consent({ credentials }: Connection, io: Io, args: Arguments): Promise<void> {
  const port = portNumber(args, 'redirect-port')
  const loopback = await openLoopback({
    signal: io.signal,
    ...(port === undefined ? {} : { port }),
  })
  try {
    const started = startConsent(credentials, loopback.redirectUri)
    const address = addressFor(args, started.url)
    io.stderr.write(`Open this address and consent:\n\n  ${address}\n\n`)
    await finishConsent(credentials, started, await loopback.receive(started.state))
  } finally {
    loopback.close()
  }
}

async function typeCode({ credentials }: Connection, io: Io, args: Arguments): Promise<void> {
  const device = await startDevice(credentials)
  const address = addressFor(args, device.verificationUriComplete ?? device.verificationUri)
  io.stderr.write(`Open ${inert(address)} and type ${inert(device.userCode)}\n`)
  await finishDevice(credentials, device, io.signal)
}

/** Where a person finds an address of the app: in the emulator, with --at. */
function addressFor(args: Arguments, url: string): string {
  const at = args.text('at')
  return at === undefined ? url : emulatedUrl(at.replace(/\/$/, ''), url)
}
