import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import type { OpenStages } from '../emulator/trial/seams.ts'
import { testConnector } from '../emulator/trial/test-connector.ts'
import { stringifyJson } from '../lib/json.ts'
import { loadConnector } from '../manifest/compile.ts'
import { readManifest } from '../manifest/read.ts'
import { readSamples } from '../manifest/samples.ts'
import { openStages } from './stages.ts'

/** `run` writes the text of events without making the events: of every sample of every connector, it is the same text. */
for (const name of readdirSync('connectors')) {
  test(`${name}: the text of every event is the event`, async () => {
    const files = await readManifest(`connectors/${name}`)
    const { connector } = loadConnector(files)
    assert.ok(connector !== undefined)
    let compared = 0
    const compose: OpenStages = (run) => {
      const opened = openStages({ ...run, notify: () => undefined, random: () => 0.5, raw: true })
      const isList = connector.streams[run.stream]?.kind === 'list'
      const asObjects = isList ? undefined : opened.normalizer(run.stream)
      const asTexts = isList ? undefined : opened.textNormalizer(run.stream)
      return {
        pages: async function* () {},
        normalize: (batch) => {
          const [objects, texts] = [asObjects!(batch), asTexts!(batch)]
          assert.deepEqual(
            texts,
            { ...objects, events: objects.events.map((event) => stringifyJson(event)) },
            run.stream,
          )
          compared += objects.events.length
          return objects
        },
      }
    }
    await testConnector({
      connector,
      samples: readSamples(connector, files),
      golden: {},
      openStages: compose,
    })
    assert.ok(compared > 10)
  })
}
