import { type ConnectDraft, entriesOf } from '../draft.ts'
import type { Path } from '../path.ts'
import { matcherOf } from '../pattern.ts'
import { BUILT_IN_SECRETS } from '../secrets.ts'
import { complain, complainKey, type Study } from '../study.ts'

type Setting = NonNullable<NonNullable<ConnectDraft['settings']>[string]>

/** What the customer fills in is described soundly, and secrets are never written in a manifest. */
export function settings(study: Study): void {
  const { connect } = study.draft
  for (const [name, setting] of entriesOf(connect?.settings)) {
    const path = ['connect', 'settings', name]
    options(study, path, setting)
    pattern(study, path, setting)
    value(study, [...path, 'default'], setting)
    if (setting.example !== undefined) example(study, [...path, 'example'], setting)
  }
  for (const [name, secret] of entriesOf(connect?.secrets)) {
    const path = ['connect', 'secrets', name]
    if (secret.default !== undefined)
      complain(study, [...path, 'default'], {
        code: 'CREDENTIAL_WRITTEN',
        message: 'a secret has no default: it would stand in the manifest',
      })
    if (secret.type !== undefined && secret.type !== 'text')
      complain(study, [...path, 'type'], { code: 'VALUE_INVALID', message: 'a secret is a text' })
    pattern(study, path, secret)
  }
  unused(study)
}

/** A customer is asked for nothing that has no use. */
function unused(study: Study): void {
  const { connect, streams } = study.draft
  const texts = study.sites.map(({ text }) => text).filter((text) => /settings|secrets/.test(text))
  const hooks = entriesOf(streams).map(([, { receive }]) => receive?.verify?.secret)
  const isUsed = (name: string) => texts.some((text) => text.includes(name)) || hooks.includes(name)
  const complainOf = (path: Path, name: string) => {
    if (isUsed(name) || Object.hasOwn(BUILT_IN_SECRETS, name)) return
    complainKey(study, path, {
      code: 'FIELD_UNUSED',
      message: `"${name}" is asked for and used nowhere`,
      level: 'warning',
    })
  }
  for (const [name] of entriesOf(connect?.settings)) complainOf(['connect', 'settings', name], name)
  for (const [name] of entriesOf(connect?.secrets)) complainOf(['connect', 'secrets', name], name)
}

const isChoice = ({ type }: Setting) => type === 'choice' || type === 'choices'
const valuesOf = ({ options: given = [] }: Setting) =>
  given.flatMap((option) => (typeof option === 'string' ? [option] : (option?.value ?? [])))

function options(study: Study, path: Path, setting: Setting): void {
  if (isChoice(setting) && valuesOf(setting).length === 0)
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: `"${path.at(-1)}" needs options to choose from`,
    })
  if (!isChoice(setting) && setting.options !== undefined)
    complainKey(study, [...path, 'options'], {
      code: 'FIELD_UNUSED',
      message: 'options are for type choice and choices',
      hint: 'add type: choice',
    })
}

function pattern(study: Study, path: Path, setting: Setting): void {
  if (setting.pattern === undefined) return
  if (setting.type !== undefined && setting.type !== 'text')
    complainKey(study, [...path, 'pattern'], { code: 'FIELD_UNUSED', message: 'a pattern is for type text' })
  if (matcherOf(setting.pattern) === undefined)
    complain(study, [...path, 'pattern'], {
      code: 'VALUE_INVALID',
      message: 'this is not a regular expression (RE2)',
    })
}

/** The message for a value that the setting would not take. */
function problemOf(setting: Setting, given: unknown): string | undefined {
  const { type = 'text' } = setting
  switch (type) {
    case 'number':
    case 'boolean':
      return typeof given === type ? undefined : `it must be a ${type}`
    case 'choice':
      return valuesOf(setting).includes(String(given)) ? undefined : 'it is not one of the options'
    case 'choices': {
      const isSubset = Array.isArray(given) && given.every((item) => valuesOf(setting).includes(item))
      return isSubset ? undefined : 'it must be a list of options'
    }
    default: {
      if (typeof given !== 'string') return 'it must be a text'
      const matches = setting.pattern === undefined ? undefined : matcherOf(setting.pattern)
      return matches === undefined || matches(given) ? undefined : 'it does not match the pattern'
    }
  }
}

function value(study: Study, path: Path, setting: Setting): void {
  if (setting.default === undefined) return
  const message = problemOf(setting, setting.default)
  if (message !== undefined)
    complain(study, path, { code: 'VALUE_INVALID', message: `the default does not fit: ${message}` })
}

function example(study: Study, path: Path, setting: Setting): void {
  if (setting.type !== undefined && setting.type !== 'text') return
  const message = problemOf(setting, setting.example)
  if (message !== undefined)
    complain(study, path, { code: 'VALUE_INVALID', message: `the example does not fit: ${message}` })
}
