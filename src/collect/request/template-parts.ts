import type { Program, Template } from '../../model/expression.ts'

export type TemplateParts = readonly (string | Program)[]

const known = new WeakMap<Template, TemplateParts>()

/** A template as fixed texts and the expressions between them, in order. A text without expressions is one fixed text. */
export function templateParts(template: Template): TemplateParts {
  let parts = known.get(template)
  if (parts === undefined) {
    parts = split(template)
    known.set(template, parts)
  }
  return parts
}

/** Whether the whole text is one `{{ }}`, which keeps the value's type. */
export function isWhole(parts: TemplateParts): boolean {
  return parts.length === 1 && typeof parts[0] !== 'string'
}

/** Whether the template puts a secret, or what a token answer held, into its text. */
export function readsSecrets(source: Template | Program): boolean {
  return ('programs' in source ? source.programs : [source]).some(({ reads }) =>
    reads.some(([name]) => name === 'secrets' || name === 'grant'),
  )
}

/** Between the braces stands the program's source with spaces around it: the compiler took it from there. */
function split({ source, programs }: Template): TemplateParts {
  const parts: (string | Program)[] = []
  let from = 0
  for (const program of programs) {
    const open = openingAfter(source, from)
    parts.push(unescaped(source.slice(from, open)), program)
    const start = source.indexOf(program.source, open + 2)
    from = source.indexOf('}}', start + program.source.length) + 2
  }
  parts.push(unescaped(source.slice(from)))
  return parts.filter((part) => part !== '')
}

function openingAfter(source: string, from: number): number {
  let open = source.indexOf('{{', from)
  while (open > 0 && source[open - 1] === '\\') open = source.indexOf('{{', open + 2)
  return open
}

function unescaped(text: string): string {
  return text.replaceAll('\\{{', '{{')
}
