/** Builds the portal where it is missing or older than its sources. */
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const mark = join(root, 'portal/dist/.sources')

/** What the bundle is made of, as one hash: times say nothing after a checkout. */
function sources(): string {
  const files = ['portal/src', 'portal/public']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
    )
    .concat('portal/index.html', 'portal/vite.config.ts', 'package-lock.json')
    .filter((path) => statSync(join(root, path)).isFile())
  return hash(
    'sha256',
    files
      .toSorted()
      .map((path) => path + hash('sha256', readFileSync(join(root, path))))
      .join(),
  )
}

function built(): string | undefined {
  try {
    return readFileSync(mark, 'utf8')
  } catch {
    return undefined
  }
}

const wanted = sources()
if (built() !== wanted) {
  process.stderr.write('Building the portal (once; some seconds) …\n')
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build', join(root, 'portal')], {
    encoding: 'utf8',
  })
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`)
    process.exit(1)
  }
  writeFileSync(mark, wanted)
}
