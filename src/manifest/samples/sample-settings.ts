import { type Draft, entriesOf } from '../draft.ts'

const PLAIN: Readonly<Record<string, unknown>> = { number: 1, boolean: true }

/** What a customer might have filled in: defaults, examples, first options. Texts without either are left out. */
export function sampleSettings(draft: Draft): Readonly<Record<string, unknown>> {
  const settings = entriesOf(draft.connect?.settings).flatMap(([name, setting]) => {
    const [option] = setting.options ?? []
    const choice = typeof option === 'object' ? option.value : option
    const value = setting.default ?? setting.example ?? (setting.type === 'choices' ? [choice] : choice) ?? PLAIN[setting.type ?? 'text']
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(settings)
}
