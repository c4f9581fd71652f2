import type { Verb } from './verb.ts'

/** What `fairlead --help` prints. */
export function renderOverview(verbs: readonly Pick<Verb, 'name' | 'summary' | 'usage'>[]): string {
  const width = Math.max(...verbs.map(({ name, usage }) => name.length + usage.length + 1))
  const lines = verbs.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`)
  return [
    'fairlead: SaaS audit logs, accounts and security settings as OCSF, from one manifest per app',
    '',
    'Usage: fairlead VERB …',
    '',
    ...lines,
    '',
    'fairlead VERB --help shows the options of a verb. Exit codes: 0 holds, 1 does not hold, 2 wrong usage.',
    '',
  ].join('\n')
}

/** What `fairlead VERB --help` prints. */
export function renderVerbHelp({ name, summary, usage, options, examples }: Verb): string {
  const rows = Object.entries(options).map(([option, { value, about, short, default: fallback }]) => [
    `${short === undefined ? '    ' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`,
    fallback === undefined ? about : `${about} Default: ${fallback}.`,
  ])
  const width = Math.max(0, ...rows.map(([left]) => left?.length ?? 0))
  return [
    `fairlead ${name} ${usage}`,
    '',
    summary,
    '',
    ...(rows.length === 0
      ? []
      : ['Options:', ...rows.map(([left = '', right]) => `  ${left.padEnd(width)}  ${right}`), '']),
    ...(examples.length === 0 ? [] : ['Examples:', ...examples.map((example) => `  ${example}`), '']),
  ].join('\n')
}
