import { Type } from 'typebox'
import { Connect } from './connect.ts'
import { Choice, Fields, List, MapOf, Optional, OrFile, Word } from './field.ts'
import { Action, Check, Detection } from './judge.ts'
import { Stream } from './stream.ts'

const App = Fields(
  {
    id: Word('Identity of the connector: its folder name.', {
      pattern: '^[a-z][a-z0-9-]{1,62}$',
      example: 'northwind-docs',
    }),
    name: Word('Name of the app.'),
    vendor: Word('Who makes it.'),
    version: Word('Version of this connector.', { pattern: '^\\d+\\.\\d+\\.\\d+$', example: '1.0.0' }),
    summary: Optional(Word('One sentence for the catalog.')),
    categories: Optional(
      List(
        Choice(
          [
            'collaboration',
            'identity',
            'development',
            'storage',
            'communication',
            'crm',
            'finance',
            'hr',
            'it-service',
            'security',
            'data',
            'marketing',
            'design',
            'content',
            'other',
          ],
          'Category.',
        ),
        'Where the catalog lists it.',
      ),
    ),
    links: Optional(
      Fields(
        {
          docs: Optional(Word('API documentation.')),
          support: Optional(Word('Where to ask.')),
          status: Optional(Word('Status page.')),
          console: Optional(Word('Administration page.')),
        },
        'Addresses.',
      ),
    ),
    tried: Optional(
      List(
        Word('One sentence, with a version or a day.', {
          example: 'Northwind Docs 4.2, all streams (2026-11-20).',
        }),
        'What this connector was tried against; customers see it.',
      ),
    ),
    gaps: Optional(
      List(
        Word('One sentence.', { example: 'Private channels are not read.' }),
        'What it does not read or cannot do, so that nobody relies on it; customers see it.',
      ),
    ),
  },
  'The app.',
)

/** A connector manifest, version 1. */
export const Manifest = Fields(
  {
    fairlead: Type.Literal(1, { description: 'Version of the language.' }),
    app: App,
    connect: Connect,
    streams: MapOf(Stream, 'What can be read.'),
    checks: Optional(OrFile(MapOf(Check, 'Is it configured safely?', '^[a-z][a-z0-9-]{0,63}$'))),
    actions: Optional(OrFile(MapOf(Action, 'What can be done.', '^[a-z][a-z0-9-]{0,63}$'))),
    detections: Optional(OrFile(MapOf(Detection, 'What looks like an attack.', '^[a-z][a-z0-9-]{0,63}$'))),
  },
  'Describes how to connect one SaaS app: one YAML file.',
)

export type ManifestDocument = Type.Static<typeof Manifest>
