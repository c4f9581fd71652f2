import { readFile } from 'node:fs/promises'
import { canonicalJson } from '../lib/canonical.ts'
import { Fault } from '../lib/fault.ts'
import { loadConnector } from '../manifest/compile.ts'
import { explain } from '../manifest/explain.ts'
import { keyIdOf, type Package, readPackage } from '../pack/package.ts'
import { FORMAT, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'verify',
  summary: 'Proves a connector package: unaltered, signed, and its review sheet says what its manifest does.',
  usage: 'FILE',
  paths: [1, 1],
  options: {
    trust: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      about: 'Public key (base64) that must have signed; may be repeated. Any signer when absent.',
    },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: ['fairlead verify northwind-docs-1.0.0-0a1b2c3d4e5f.fairlead'],
  run: async (args, io) => {
    const path = args.paths[0] ?? ''
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new Fault('PACKAGE_INVALID', `${path}: ${cause.code}`, { cause })
    })
    const trusted = args.texts('trust')
    const pack = readPackage(text, trusted.length > 0 ? trusted : undefined)
    provePromises(pack)
    const { id, version } = pack.connector
    const keyId = keyIdOf(pack.signature.publicKey)
    io.stdout.write(
      args.text('format') === 'json'
        ? `${JSON.stringify({ ok: true, address: pack.address, ...pack.connector, keyId })}\n`
        : `${id} ${version} holds\n  address ${pack.address}\n  signed by key ${keyId}\n`,
    )
    return 0
  },
}

/** The signature says who; this says that what the reviewer read is what will run. */
function provePromises(pack: Package): void {
  const { connector, complaints } = loadConnector(pack.files)
  if (connector === undefined)
    throw new Fault('PACKAGE_INVALID', `its manifest has ${complaints.length} mistakes`)
  const { id, version, digest } = pack.connector
  if (connector.app.id !== id || connector.app.version !== version || connector.digest !== digest) {
    throw new Fault('PACKAGE_INVALID', 'its label does not match its manifest')
  }
  if (canonicalJson(JSON.parse(JSON.stringify(explain(connector)))) !== canonicalJson(pack.sheet)) {
    throw new Fault('PACKAGE_INVALID', 'its review sheet does not match its manifest')
  }
}
