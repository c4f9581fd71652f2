import { itemsOf, valueAt } from '../draft.ts'
import { admitsLabelsOnly, type HostPattern, isHostPattern, isLabel, optionsOf, parseHost } from '../host.ts'
import type { Path } from '../path.ts'
import { complain, type Study } from '../study.ts'

/** Hosts are public names, and what a customer fills in stays inside the author's domain. */
export function hosts(study: Study): void {
  const declared = itemsOf(study.draft.connect?.hosts)
  if (study.draft.connect?.hosts !== undefined && declared.length === 0)
    complain(study, ['connect', 'hosts'], { code: 'FIELD_MISSING', message: 'at least one host is called' })
  for (const [i, text] of declared) {
    const path = ['connect', 'hosts', i]
    const parsed = parseHost(text)
    if (isHostPattern(parsed)) hostSettings(study, path, parsed)
    else complain(study, path, { code: 'HOST_INVALID', message: parsed.message, hint: parsed.hint })
  }
}

function hostSettings(study: Study, path: Path, pattern: HostPattern): void {
  for (const label of pattern) {
    if (label.kind !== 'setting') continue
    const message = settingProblem(study, label.name, pattern.length === 1)
    if (message !== undefined)
      complain(study, path, {
        code: 'HOST_INVALID',
        message: `settings.${label.name} ${message}`,
        hint: HINT,
      })
  }
}

const HINT = "a text with a pattern such as '^[a-z0-9-]+$', or a choice; a whole host needs type: host"

/** A setting without restraint could name any host: `evil.example/x` as a workspace. */
function settingProblem({ draft }: Study, name: string, isWhole: boolean): string | undefined {
  const setting = valueAt(draft.connect?.settings, name)
  if (setting === undefined) return undefined
  const { type = 'text', pattern } = setting
  if (isWhole) return type === 'host' ? undefined : 'cannot stand for a whole host'
  if (type === 'choice') {
    const bad = optionsOf(draft, name)?.find((option) => !isLabel(option))
    return bad === undefined ? undefined : `has the option "${bad}", which is not one label of a host`
  }
  if (type !== 'text') return `is a ${type}: a label of a host needs a text or a choice`
  if (pattern === undefined) return 'needs a pattern that admits only a label of a host'
  return admitsLabelsOnly(pattern) ? undefined : `has a pattern that admits more than a label of a host`
}
