import { VARIABLES } from '../../src/platform/options.ts'

/** The text of docs/configuration.md: every variable the platform reads. */
export function renderConfiguration(): string {
  const rows = VARIABLES.map(
    ([name, fallback, about]) => `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${about} |`,
  )
  return `# Configuration

The platform is configured by environment variables; nothing else is read. A wrong value ends the start with its name.

| Variable | Default | What it is |
|---|---|---|
${rows.join('\n')}

## Keys

Two keys are made at the first start where none is given, each in a file of its owner only (0600) below \`FAIRLEAD_DIRECTORY\`, which is said once:

* \`root.key\` wraps the keys of organisations, which seal every credential. Without it no credential can be read, from no backup either. Keep a copy elsewhere.
* \`auth.key\` signs sessions and keys the hashes of API keys. Another one signs everybody out and ends every API key.

With \`DATABASE_URL\` set several processes need the same keys, so both must be given.
`
}
