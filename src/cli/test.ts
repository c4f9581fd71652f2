import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Golden } from '../emulator/trial/golden.ts'
import type { TestResult, TrialRun } from '../emulator/trial/seams.ts'
import { openSecondOpinion } from '../emulator/trial/second-opinion.ts'
import { testConnector } from '../emulator/trial/test-connector.ts'
import { stringifyJson } from '../lib/json.ts'
import { readSamples } from '../manifest/samples.ts'
import type { Connector } from '../model/connector.ts'
import { openStages } from '../sync/stages.ts'
import { readConnector } from './load.ts'
import { inert, openStyle, type Style } from './style.ts'
import { type ExitCode, FORMAT, type Io, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'test',
  summary:
    'Tests connectors against their own samples: contract, golden output, several pages, and everything that can go wrong on the way.',
  usage: 'PATH…',
  paths: [1, 1000],
  options: {
    update: { type: 'boolean', about: 'Writes golden/STREAM.json anew; review the difference.' },
    thorough: {
      type: 'boolean',
      about: 'Also asks a second validator (ajv), which takes a few seconds to start.',
    },
    verbose: { type: 'boolean', short: 'v', about: 'Lists what holds, too.' },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: ['fairlead test connectors/northwind-docs', 'fairlead test --update connectors/acme-crm'],
  run: async (args, io) => {
    const options = {
      isUpdate: args.flag('update'),
      isThorough: args.flag('thorough'),
      isVerbose: args.flag('verbose'),
      isJson: args.text('format') === 'json',
    }
    const all: (TestResult & { connector: string })[] = []
    for (const path of args.paths) {
      const { connector, results } = await testOne(path, options, io)
      all.push(...results.map((result) => ({ connector: connector.app.id, ...result })))
      if (!options.isJson)
        io.stdout.write(
          report(connector, results, { style: openStyle(io.hasColor), isVerbose: options.isVerbose }),
        )
    }
    if (options.isJson) io.stdout.write(`${JSON.stringify(all, null, 2)}\n`)
    const code: ExitCode = all.every(({ ok }) => ok) ? 0 : 1
    return code
  },
}

type TestOptions = { readonly isUpdate: boolean; readonly isThorough: boolean }

async function testOne(path: string, { isUpdate, isThorough }: TestOptions, io: Io) {
  const { connector, files } = await readConnector(path, io)
  const folder = /\.ya?ml$/.test(path) ? dirname(path) : path
  const golden = isUpdate ? {} : await readGolden(folder, connector)
  const report = await testConnector({
    connector,
    samples: readSamples(connector, files),
    golden,
    openStages: (run) => trialStages(run),
    signal: io.signal,
    ...(isThorough ? { secondOpinion: await openSecondOpinion() } : {}),
  })
  if (isUpdate) await writeGolden(folder, report.golden)
  return { connector, results: report.results }
}

/** The stages as `run` composes them; waits are not spread at random, so that a test repeats exactly. */
function trialStages({ connector, stream, transport, clock, input, grants }: TrialRun) {
  const stages = openStages({
    connector,
    input,
    grants,
    transport,
    clock,
    notify: () => undefined,
    random: () => 0.5,
  })
  return {
    pages: (position?: Parameters<typeof stages.pages>[1]['position']) => stages.pages(stream, { position }),
    normalize: connector.streams[stream]?.kind === 'list' ? neverCalled : stages.normalizer(stream),
  }
}

function neverCalled(): never {
  throw new Error('records of a list are no events')
}

async function readGolden(folder: string, { streams }: Connector): Promise<Readonly<Record<string, Golden>>> {
  const read = Object.keys(streams).map(async (stream) => {
    const text = await readFile(join(folder, 'golden', `${stream}.json`), 'utf8').catch(() => undefined)
    return text === undefined ? [] : [[stream, JSON.parse(text) as Golden] as const]
  })
  return Object.fromEntries((await Promise.all(read)).flat())
}

async function writeGolden(folder: string, golden: Readonly<Record<string, Golden>>): Promise<void> {
  await mkdir(join(folder, 'golden'), { recursive: true })
  for (const [stream, content] of Object.entries(golden)) {
    await writeFile(join(folder, 'golden', `${stream}.json`), `${stringifyJson(content, 2)}\n`)
  }
}

function report(
  { app }: Connector,
  results: readonly TestResult[],
  { style, isVerbose }: { readonly style: Style; readonly isVerbose: boolean },
): string {
  const failed = results.filter(({ ok }) => !ok)
  const shown = isVerbose ? results : results.filter(({ ok, detail }) => !ok || detail !== undefined)
  const lines = shown.map(
    ({ ok, stream, name, detail }) =>
      `  ${ok ? style.green('ok  ') : style.red('FAIL')} ${stream === undefined ? '' : `${stream}: `}${name}${detail === undefined ? '' : `\n         ${inert(detail)}`}`,
  )
  const total =
    failed.length === 0
      ? style.green(`${results.length} hold`)
      : style.red(`${failed.length} of ${results.length} do not hold`)
  return [`${app.id} ${app.version}: ${total}`, ...lines, ''].join('\n')
}
