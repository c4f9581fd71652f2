import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Manifest } from '../src/model/language/manifest.ts'

const root = join(import.meta.dirname, '..')
writeFileSync(join(root, 'src/manifest/language.generated.json'), `${JSON.stringify(Manifest, null, 1)}\n`)
