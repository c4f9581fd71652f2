import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderExpressionReference } from '../../src/expression/reference.ts'
import type { Schema } from '../../src/manifest/schema.ts'
import { Manifest } from '../../src/model/language/manifest.ts'
import { renderActionsReference, renderOcsfReference } from '../../src/ocsf/reference.ts'
import { renderConfiguration } from './configuration-page.ts'
import { editorSchema } from './editor-schema.ts'
import { renderErrors } from './errors-page.ts'
import { renderReference } from './manifest-page.ts'
import { GENERATED } from './markdown.ts'

/** Every file that is generated from the sources, and its text, by its path from the root of the checkout. */
export function generatedFiles(root: string): Readonly<Record<string, string>> {
  // As JSON: what the TypeScript side knows more is not part of the language.
  const language = JSON.parse(JSON.stringify(Manifest)) as Schema
  const introduction = readFileSync(join(root, 'docs/manifest.intro.md'), 'utf8')
  return {
    'src/manifest/language.generated.json': json(language),
    'schemas/manifest.schema.json': json(editorSchema(language)),
    'docs/manifest.md': `${GENERATED}\n\n${introduction.trim()}\n\n${renderReference(language)}`,
    'docs/configuration.md': `${GENERATED}\n\n${renderConfiguration()}`,
    'docs/errors.md': `${GENERATED}\n\n${renderErrors()}`,
    'docs/expressions.md': renderExpressionReference(),
    'docs/actions.md': renderActionsReference(),
    'docs/ocsf.md': renderOcsfReference(),
  }
}

const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`
