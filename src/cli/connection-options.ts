import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileKey } from '../credentials/file-key.ts'
import { grantBinding, openGrantFile } from '../credentials/grant-file.ts'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { emulatedTransport } from '../emulator/emulated-transport.ts'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput, GrantStore } from '../model/credential.ts'
import type { ConnectionOptions } from '../sync/connection.ts'
import { INPUT_OPTIONS, readInputs } from './inputs.ts'
import { leadOf, ledTransport } from './led-transport.ts'
import type { Arguments, Io, Option } from './verb.ts'

/** The options of every verb that opens a connection. */
export const CONNECTION_OPTIONS: Readonly<Record<string, Option>> = {
  ...INPUT_OPTIONS,
  state: {
    type: 'string',
    value: 'FILE',
    about:
      'Keeps positions here, and grants sealed beside it in FILE.grant (with FAIRLEAD_STATE_KEY, or the key in FILE.key): the next run goes on where this one stopped.',
  },
  at: {
    type: 'string',
    value: 'URL',
    about:
      'Sends every request to this emulator (fairlead mock) instead of the app. An app on this machine: --allow-loopback.',
  },
  'allow-loopback': {
    type: 'string',
    value: 'HOST=URL',
    multiple: true,
    about:
      'Development only: requests to this host of the app go to a server on this machine, e.g. docs.example.com=http://127.0.0.1:8080. May be repeated.',
  },
}

/** What `openConnection` needs, from the command line and the environment. */
export async function connectionFrom(
  connector: Connector,
  args: Arguments,
  io: Io,
): Promise<Omit<ConnectionOptions, 'notify'>> {
  const input = await readInputs(connector, args, io)
  const at = args.text('at')
  const leads = args.texts('allow-loopback').map(leadOf)
  const through = at === undefined ? ledTransport(leads) : emulatedTransport(emulatorUrl(at))
  return {
    connector,
    input,
    clock: io.clock,
    grants: await grantsOf(connector, input, args.text('state'), io),
    ...(at === undefined && leads.length === 0 ? {} : { allowLoopback: true, through }),
  }
}

function emulatorUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new Fault(
      'USAGE_WRONG',
      `--at ${text}: the address of an emulator on this machine, e.g. http://127.0.0.1:4100`,
    )
  }
  return url.origin
}

async function grantsOf(
  connector: Connector,
  input: ConnectionInput,
  state: string | undefined,
  { env, clock }: Io,
): Promise<GrantStore> {
  if (state === undefined) return openMemoryStore()
  const path = `${state}.grant`
  return openGrantFile({
    path,
    key: await stateKey(`${state}.key`, env['FAIRLEAD_STATE_KEY']),
    binding: grantBinding(connector, input),
    clock,
    random: randomBytes,
  })
}

const KEY_BYTES = 32
const LEAST_KEY_CHARACTERS = 16

/** From the environment, or 32 bytes from a key file of its owner only, made at first use. */
async function stateKey(path: string, given: string | undefined): Promise<FileKey> {
  if (given !== undefined) return wordsOf(given)
  const known = await readKeyFile(path)
  if (known !== undefined) return known
  await makeKeyFile(path)
  return (await readKeyFile(path)) ?? stateKey(path, given)
}

async function readKeyFile(path: string): Promise<Buffer | undefined> {
  const key = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Fault('STATE_UNREADABLE', `${path}: ${error.code}`)
  })
  if (key !== undefined && key.length !== KEY_BYTES)
    throw new Fault('STATE_UNREADABLE', `${path} is not a key of ${KEY_BYTES} bytes`)
  return key
}

/** Whole or not at all, whenever the process dies; of two at once the first one's stays. */
async function makeKeyFile(path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, randomBytes(KEY_BYTES), { mode: 0o600 })
    await link(temporary, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new Fault('STATE_UNWRITABLE', `${path}: ${code}`)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

function wordsOf(given: string): Secret {
  if (given.length >= LEAST_KEY_CHARACTERS) return new Secret(given)
  throw new Fault(
    'SETTING_INVALID',
    `FAIRLEAD_STATE_KEY is shorter than ${LEAST_KEY_CHARACTERS} characters: take random ones, e.g. openssl rand -base64 24`,
  )
}
