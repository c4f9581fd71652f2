import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { check, MAIN_FILE } from './check.ts'
import { parseSample } from './samples.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/manifest.intro.md'), 'utf8')
const blocks = [...page.matchAll(/^```(?<kind>yaml|json)\n(?<text>.*?)^```$/gms)].map(
  ({ groups, index }) => ({
    kind: groups?.['kind'],
    text: groups?.['text'] ?? '',
    heading:
      page
        .slice(0, index)
        .match(/^#+ .*$/gm)
        ?.at(-1) ?? '',
  }),
)
const whole = blocks.find(({ text }) => text.startsWith('fairlead:'))?.text ?? ''
const mapping = blocks.find(({ text }) => text.startsWith('# mappings/audit.yaml'))?.text ?? ''
const base = parse(whole)

/** The example with parts of the recipe in place of its own; a stream that receives a fragment needs nothing else. */
function filesOf(fragment: string): Record<string, string> {
  if (fragment.startsWith('# mappings/audit.yaml'))
    return { [MAIN_FILE]: whole, 'mappings/audit.yaml': fragment }
  if (fragment === whole) return { [MAIN_FILE]: whole, 'mappings/audit.yaml': mapping }
  const { connect, streams, actions: own } = parse(fragment)
  const { checks, actions, ...rest } = base
  const inherited = connect?.baseUrl === undefined ? base.connect.settings : {}
  const manifest = {
    ...rest,
    ...(streams === undefined && { checks, actions: own ?? actions }),
    connect: { ...base.connect, ...connect, settings: { ...inherited, ...connect?.settings } },
    streams: streams ?? base.streams,
  }
  return { [MAIN_FILE]: stringify(manifest), 'mappings/audit.yaml': mapping }
}

for (const { kind, text, heading } of blocks) {
  if (kind === 'json') {
    test(`the sample under "${heading}" is one`, () => assert.equal(parseSample(text).problem, undefined))
    continue
  }
  test(`the manifest under "${heading}" has no mistake: ${text.split('\n')[0]}`, () => {
    const { complaints } = check(filesOf(text))
    assert.deepEqual(
      complaints.filter(({ code }) => !['SAMPLE_MISSING', 'SCOPE_MISSING', 'FILE_UNUSED'].includes(code)),
      [],
    )
  })
}

test('the page has a recipe for everything it promises', () => {
  assert.ok(blocks.length > 20)
})
