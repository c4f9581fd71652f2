import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { Fault } from '../lib/fault.ts'
import { explain } from '../manifest/explain.ts'
import { keyIdOf, type Package, signPackage } from '../pack/package.ts'
import { readConnector } from './load.ts'
import { FORMAT, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'pack',
  summary: 'Builds the signed connector package: one file, named by the hash of its content.',
  usage: 'PATH',
  paths: [1, 1],
  options: {
    key: { type: 'string', value: 'FILE', about: 'Ed25519 private key, PEM (PKCS 8).' },
    'new-key': { type: 'boolean', about: 'Makes the key file first; it must not exist.' },
    out: {
      type: 'string',
      value: 'FILE',
      short: 'o',
      about: 'Where the package goes; ID-VERSION-HASH.fairlead here when absent.',
    },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: [
    'fairlead pack connectors/northwind-docs --key vendor.pem --new-key',
    'fairlead pack connectors/northwind-docs --key vendor.pem -o out.fairlead',
  ],
  run: async (args, io) => {
    const keyFile = args.text('key')
    if (keyFile === undefined) throw new Fault('USAGE_WRONG', 'pack needs --key FILE; --new-key makes one')
    const { connector, files } = await readConnector(args.paths[0] ?? '', io)
    const key = args.flag('new-key') ? await makeKey(keyFile) : await readKey(keyFile)
    const { id, version } = connector.app
    const pack = signPackage(
      {
        fairleadPackage: 1,
        connector: { id, version, digest: connector.digest },
        files,
        sheet: explain(connector),
      },
      key,
    )
    const out = args.text('out') ?? `${id}-${version}-${pack.address.slice(0, 12)}.fairlead`
    await writeWhole(out, `${JSON.stringify(pack)}\n`)
    io.stdout.write(
      args.text('format') === 'json'
        ? `${JSON.stringify(facts(out, pack))}\n`
        : `${out}\n  address ${pack.address}\n  signed by key ${keyIdOf(pack.signature.publicKey)}\n`,
    )
    return 0
  },
}

const facts = (out: string, { address, connector, signature }: Package) => ({
  file: out,
  address,
  ...connector,
  publicKey: signature.publicKey,
})

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(path, pem, { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    throw new Fault(
      'USAGE_WRONG',
      `--new-key: ${path}: ${cause.code === 'EEXIST' ? 'exists already' : cause.code}`,
      { cause },
    )
  })
  await chmod(path, 0o600)
  return privateKey
}

async function readKey(path: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(path))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new Fault('USAGE_WRONG', `--key ${path}: cannot be read as a private key`, { cause })
  }
  throw new Fault('USAGE_WRONG', `--key ${path}: not an Ed25519 key`)
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, text)
  await rename(temporary, path)
}
