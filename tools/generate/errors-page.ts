import { FAULTS } from '../../src/lib/fault.ts'
import { CODES } from '../../src/manifest/codes.ts'

/** The text of docs/errors.md: every complaint of the checker and every fault of a run. */
export function renderErrors(): string {
  const complaints = Object.entries(CODES).map(
    ([code, { means, act }]) => `| \`${code}\` | ${cell(means)} | ${cell(act)} |`,
  )
  const faults = Object.entries(FAULTS).map(
    ([code, { blame, help }]) => `| \`${code}\` | ${blame} | ${cell(help)} |`,
  )
  return `# Errors

A code never changes its meaning and is never used again for something else. Match on codes, not on messages.

## Complaints about a manifest

\`fairlead validate\` reports all of them at once, each with file, line, column, the path of the field, a message and mostly a hint.
Errors keep a manifest from being compiled; warnings do not, unless \`--strict\` is given.

| Code | What it means | What to do |
|---|---|---|
${complaints.join('\n')}

## Faults of a run

*Blame* says who must act before a retry can succeed: the **author** of the manifest, the **operator** of the connection, or the
**source**, the app itself. Faults of the source are retried without a person.

| Code | Blame | What to do |
|---|---|---|
${faults.join('\n')}
`
}

const cell = (text: string) => text.replaceAll('|', '\\|')
