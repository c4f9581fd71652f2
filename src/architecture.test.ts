import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const sources = readdirSync('src', { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts') && !name.includes('.generated.'))
  .map((name) => ({
    name,
    text: readFileSync(join('src', name), 'utf8'),
    isTest: /\.(test|contract)\.ts$|\/testing(\/|\.ts$)/.test(name),
  }))
const production = sources.filter(({ isTest }) => !isTest)

const importsOf = ({ name, text }: { name: string; text: string }) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'(?<path>[^']+)'/g)].map(({ groups }) => {
    const path = groups?.['path'] ?? ''
    return path.startsWith('.') ? normalize(join(dirname(name), path)) : path
  })
const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '')
const matching = (files: typeof sources, pattern: RegExp) =>
  files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

const SHARED = ['lib', 'model', 'expression', 'ocsf']
/** Folders that wire stages together: they may import any of them. */
const WIRING = ['sync', 'connect', 'platform', 'cli', '']
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  model: ['lib'],
  expression: ['lib', 'model'],
  ocsf: ['lib', 'model'],
  // What keeps control data of its own stands on the store.
  mail: [...SHARED, 'store'],
  identity: [...SHARED, 'store', 'mail'],
  exports: [...SHARED, 'store'],
  webhooks: [...SHARED, 'store'],
  // A delivery is received as a page is read.
  hooks: [...SHARED, 'collect'],
  // Of identity the API knows who may do what, nothing else.
  api: [...SHARED, 'identity'],
}

test('a stage imports lib, model, expression and ocsf, and never another stage', () => {
  const wrong = production.flatMap((file) => {
    const folder = folderOf(file.name)
    if (WIRING.includes(folder)) return []
    const allowed = [...(ALLOWED[folder] ?? SHARED), folder]
    return importsOf(file)
      .filter((path) => path.endsWith('.ts') && !allowed.includes(folderOf(path)))
      .map((path) => `${file.name} imports ${path}`)
  })
  assert.deepEqual(wrong, [])
})

test('nothing imports the command line or main.ts but main.ts itself', () => {
  const wrong = production
    .filter(({ name }) => folderOf(name) !== 'cli' && name !== 'main.ts')
    .filter((file) => importsOf(file).some((path) => folderOf(path) === 'cli' || path === 'main.ts'))
  assert.deepEqual(
    wrong.map(({ name }) => name),
    [],
  )
})

test('src names no vendor: what is particular to one app is data under connectors/', () => {
  for (const vendor of readdirSync('connectors')) {
    if (vendor === 'northwind-docs') continue
    const files = matching(sources, new RegExp(`\\b${vendor}\\b(?!\\.com/)`, 'i')).filter(
      (name) => !name.startsWith('ocsf/'),
    )
    assert.deepEqual(
      files.filter((name) => name !== 'architecture.test.ts'),
      [],
      vendor,
    )
  }
})

/** One folder per outside thing. */
const OUTSIDE: readonly [what: string, pattern: RegExp, folders: readonly string[]][] = [
  [
    'secrets are read only where a credential is used',
    /\.reveal\(\)/,
    ['credentials', 'collect', 'identity', 'mail', 'platform', 'cli', 'webhooks'],
  ],
  [
    'the network is reached only through egress; engines listen on loopback',
    /from 'node:(http|https|tls|dns)'|import \{(?! isIP \})[^}]*\} from 'node:net'|\bfetch\(/,
    ['egress', 'emulator', 'credentials', 'store'],
  ],
  ['code is generated in one place', /new Function\b|\beval\(/, ['expression']],
  ['the environment is read in main.ts only', /process\.env/, ['']],
  ['untrusted patterns never reach the backtracking engine', /new RegExp\(/, ['expression', '']],
]
for (const [what, pattern, folders] of OUTSIDE) {
  test(what, () => {
    assert.deepEqual(
      matching(production, pattern).filter((name) => !folders.includes(folderOf(name))),
      [],
    )
  })
}

test('folders are named after what they do, and a file has one subject', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of folders)
    assert.ok(!['utils', 'helpers', 'common', 'core', 'manager'].includes(name), name)
  const long = sources.filter(({ text }) => text.split('\n').length > 401).map(({ name }) => name)
  assert.deepEqual(long, [])
})

test('every link in the documents leads to a file that exists', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...readdirSync('docs', { recursive: true }).map((name) => join('docs', String(name))),
  ]
  const broken = pages
    .filter((page) => page.endsWith('.md') && existsSync(page))
    .flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)(?<path>[^)#\s]+)/g)]
        .map(({ groups }) => groups?.['path'] ?? '')
        .filter((path) => !existsSync(join(dirname(page), path)))
        .map((path) => `${page}: ${path}`),
    )
  assert.deepEqual(broken, [])
})
