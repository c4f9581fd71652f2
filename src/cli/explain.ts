import { explain } from '../manifest/explain.ts'
import { renderExplanation } from '../manifest/render-explanation.ts'
import { readConnector } from './load.ts'
import { FORMAT, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'explain',
  summary:
    'Says what a connector will call, with which scopes, how often, what it maps to, and what it could change.',
  usage: 'PATH',
  paths: [1, 1],
  options: { format: FORMAT(['text', 'json'], 'text') },
  examples: ['fairlead explain connectors/northwind-docs'],
  run: async (args, io) => {
    const { connector } = await readConnector(args.paths[0] ?? '', io)
    const explanation = explain(connector)
    io.stdout.write(
      args.text('format') === 'json'
        ? `${JSON.stringify(explanation, null, 2)}\n`
        : renderExplanation(explanation),
    )
    return 0
  },
}
