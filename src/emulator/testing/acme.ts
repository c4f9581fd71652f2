import assert from 'node:assert/strict'
import { compileExpression, compileTemplate } from '../../expression/compile.ts'
import { loadConnector } from '../../manifest/compile.ts'
import { readManifest } from '../../manifest/read.ts'
import type { Connector } from '../../model/connector.ts'
import type { Program, Scope, Template } from '../../model/expression.ts'
import type { Exchange, Sample } from '../../model/sample.ts'

type Tree = Readonly<Record<string, unknown>>

/** The connector of an invented app with an API key, unless `connect` says otherwise. */
export function acme({
  streams,
  connect,
  ...rest
}: { readonly streams: Tree; readonly connect?: Tree } & Tree): Connector {
  const document = {
    fairlead: 1,
    app: { id: 'acme', name: 'Acme', vendor: 'Acme', version: '1.0.0' },
    connect: {
      hosts: ['api.acme.example', 'auth.acme.example'],
      baseUrl: 'https://api.acme.example/v1',
      auth: [{ apiKey: {} }],
      check: { request: { get: '/me' } },
      ...connect,
    },
    streams,
    ...rest,
  }
  const { connector, complaints } = loadConnector({ 'connector.yaml': JSON.stringify(document) })
  assert.deepEqual(
    complaints.filter(({ level }) => level === 'error'),
    [],
  )
  return connector!
}

export function sampleOf(...exchanges: readonly Exchange[]): Sample {
  return { about: 'Written for a test.', exchanges }
}

/** A sample of one answer. */
export function answerSample(body: unknown, headers: Readonly<Record<string, string>> = {}): Sample {
  return sampleOf({ response: { body, headers } })
}

/** So many records with ids and times, an hour apart. */
export function entries(
  count: number,
  startMs = Date.UTC(2026, 10, 19),
): readonly { id: string; at: string; n: number }[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `e_${100 + n}`,
    at: new Date(startMs + n * 3_600_000).toISOString(),
    n,
  }))
}

export function program(source: string, ...names: readonly string[]): Program {
  const compiled = compileExpression(source, scope(names))
  assert.ok('program' in compiled, source)
  return compiled.program
}

export function template(source: string, ...names: readonly string[]): Template {
  const compiled = compileTemplate(source, scope(names))
  assert.ok('template' in compiled, source)
  return compiled.template
}

const scope = (names: readonly string[]): Scope => Object.fromEntries(names.map((name) => [name, 'dyn']))

export type Loaded = { readonly connector: Connector; readonly samples: Readonly<Record<string, Sample>> }

/** A connector of this repository, with its samples. */
export async function loaded(app: string): Promise<Loaded> {
  const files = await readManifest(`connectors/${app}`)
  const { connector, complaints } = loadConnector(files)
  assert.ok(connector !== undefined, JSON.stringify(complaints))
  const samples = Object.entries(files)
    .filter(([name]) => name.startsWith('samples/'))
    .map(
      ([name, text]) => [name.slice('samples/'.length, -'.json'.length), JSON.parse(text) as Sample] as const,
    )
  return { connector, samples: Object.fromEntries(samples) }
}
