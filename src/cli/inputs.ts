import { readFile } from 'node:fs/promises'
import { chooseMethod } from '../credentials/method.ts'
import { Fault } from '../lib/fault.ts'
import { nearest } from '../lib/nearest.ts'
import { Secret } from '../lib/secret.ts'
import { type Input, inputsOf } from '../manifest/inputs.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput } from '../model/credential.ts'
import type { Arguments, Io, Option } from './verb.ts'

/** The options of every verb that connects. */
export const INPUT_OPTIONS: Readonly<Record<string, Option>> = {
  set: {
    type: 'string',
    value: 'NAME=VALUE',
    multiple: true,
    about: 'A setting of the connection; may be repeated.',
  },
  secrets: {
    type: 'string',
    value: 'FILE',
    about:
      'File with NAME=VALUE lines (a value @PATH is read from that file). Without it: environment variables FAIRLEAD_SECRET_NAME.',
  },
  auth: { type: 'string', value: 'NAME', about: 'Auth method; the first of the manifest when absent.' },
}

/**
 * What the customer gave, complete and of the right types.
 *
 * @throws {Fault} `SETTING_MISSING` naming everything that is missing and how to give it; `SETTING_INVALID`.
 */
export async function readInputs(
  connector: Connector,
  args: Arguments,
  io: Pick<Io, 'env'>,
): Promise<ConnectionInput> {
  const auth = args.text('auth')
  chooseMethod(connector, auth)
  const inputs = inputsOf(connector, auth)
  const given = new Map(args.texts('set').map(splitPair))
  const settings = Object.fromEntries(
    inputs.filter(({ isSecret }) => !isSecret).flatMap((input) => settingOf(input, given.get(input.name))),
  )
  refuseUnknown([...given.keys()], inputs)
  const file = await readSecretFile(args.text('secrets'))
  const secrets = Object.fromEntries(
    inputs
      .filter(({ isSecret }) => isSecret)
      .flatMap(({ name }) => {
        const value = file.get(name) ?? io.env[variableOf(name)]
        return value === undefined || value === '' ? [] : [[name, new Secret(value)] as const]
      }),
  )
  const missing = inputs.filter(
    ({ name, isOptional, isSecret }) => !isOptional && !Object.hasOwn(isSecret ? secrets : settings, name),
  )
  if (missing.length > 0)
    throw new Fault('SETTING_MISSING', ['not given:', ...missing.map(howToGive)].join('\n    '))
  return { settings, secrets, ...(auth === undefined ? {} : { auth }) }
}

export const variableOf = (name: string) =>
  `FAIRLEAD_SECRET_${name
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()}`

const howToGive = ({ name, isSecret, title }: Input) =>
  isSecret
    ? `secret ${name} (${title}): set ${variableOf(name)} or name it in --secrets`
    : `setting ${name} (${title}): --set ${name}=…`

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new Fault('USAGE_WRONG', `--set ${pair}: write NAME=VALUE`)
  return [pair.slice(0, at), pair.slice(at + 1)]
}

function refuseUnknown(names: readonly string[], inputs: readonly Input[]): void {
  const known = inputs.filter(({ isSecret }) => !isSecret).map(({ name }) => name)
  for (const name of names.filter((name) => !known.includes(name))) {
    const secret = inputs.some((input) => input.isSecret && input.name === name)
    if (secret)
      throw new Fault(
        'USAGE_WRONG',
        `${name} is a secret: give it by ${variableOf(name)} or --secrets, not on the command line`,
      )
    const meant = nearest(name, known)
    throw new Fault(
      'SETTING_INVALID',
      `there is no setting ${name}${meant ? `; did you mean ${meant}?` : ''}`,
    )
  }
}

function settingOf(input: Input, text: string | undefined): [string, unknown][] {
  if (text === undefined) return input.default === undefined ? [] : [[input.name, input.default]]
  const value = input.read(text)
  if (value === undefined)
    throw new Fault(
      'SETTING_INVALID',
      `${input.name}=${text}: ${input.expects}${loopbackAdvice(input, text)}`,
    )
  return [[input.name, value]]
}

/** Who tries an app on the own machine writes its address first. */
const loopbackAdvice = ({ type }: Input, text: string) =>
  type === 'host' && /localhost|127\.0\.0\.1|\[?::1/.test(text)
    ? '; for an app on this machine give any such name, and say where it is: --allow-loopback docs.example.com=http://127.0.0.1:8080'
    : ''

/** Its faults name the file and the line, never what stands there. */
async function readSecretFile(path: string | undefined): Promise<Map<string, string>> {
  if (path === undefined) return new Map()
  const lines = (await readSecret(path, `--secrets ${path}`)).split('\n').map((line) => line.trim())
  const pairs = lines.map(async (line, index): Promise<readonly [string, string][]> => {
    if (line === '' || line.startsWith('#')) return []
    const place = `--secrets ${path}, line ${index + 1}`
    const at = line.indexOf('=')
    if (at < 1) throw new Fault('SETTING_INVALID', `${place}: write NAME=VALUE`)
    const value = line.slice(at + 1)
    return [[line.slice(0, at), value.startsWith('@') ? await readSecret(value.slice(1), place) : value]]
  })
  return new Map((await Promise.all(pairs)).flat())
}

/** A file's text; the line end that editors put behind a token is none of it. */
async function readSecret(path: string, place: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Fault('SETTING_MISSING', `${place}: the file cannot be read: ${error.code}`)
  })
  return text.replace(/\r?\n$/, '')
}
