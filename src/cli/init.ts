import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../lib/fault.ts'
import { FORMAT, type Verb } from './verb.ts'

const TEMPLATE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'templates', 'connector')

export const verb: Verb = {
  name: 'init',
  summary: 'Begins a connector: a manifest that validates, samples and a mapping to change.',
  usage: 'DIR',
  paths: [1, 1],
  options: {
    name: { type: 'string', value: 'NAME', about: "The app's name; from the folder's name when absent." },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: ['fairlead init connectors/acme-crm --name "Acme CRM"'],
  run: async (args, io) => {
    const folder = resolve(args.paths[0] ?? '.')
    const id = basename(folder)
    if (!/^[a-z][a-z0-9-]{1,62}$/.test(id)) {
      throw new Fault(
        'USAGE_WRONG',
        `${id}: name the folder in lower-case letters, digits and hyphens; it becomes the connector's id`,
      )
    }
    const name =
      args.text('name') ??
      id.replaceAll(/(^|-)([a-z])/g, (_, hyphen, letter) => `${hyphen ? ' ' : ''}${letter.toUpperCase()}`)
    const files = await copyTemplate(folder, { __ID__: id, __NAME__: JSON.stringify(name) })
    const next = `fairlead test ${args.paths[0]}`
    io.stdout.write(
      args.text('format') === 'json'
        ? `${JSON.stringify({ folder, files, next })}\n`
        : `${files.map((file) => `  ${join(args.paths[0] ?? '.', file)}`).join('\n')}\nNext: ${next}\n`,
    )
    return 0
  },
}

async function copyTemplate(folder: string, values: Readonly<Record<string, string>>): Promise<string[]> {
  const existing = await readdir(folder).catch(() => [])
  if (existing.length > 0) throw new Fault('USAGE_WRONG', `${folder} is not empty: nothing was written`)
  const files = (await readdir(TEMPLATE, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(TEMPLATE.length + 1))
    .sort()
  for (const file of files) {
    const text = Object.entries(values).reduce(
      (text, [mark, value]) => text.replaceAll(mark, value),
      await readFile(join(TEMPLATE, file), 'utf8'),
    )
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return files
}
