import { accessOf } from '../credentials/access.ts'
import { isEmptySecret } from '../credentials/grant-text.ts'
import { isFault } from '../lib/fault.ts'
import { nearest } from '../lib/nearest.ts'
import type { Secret } from '../lib/secret.ts'
import { choosableAuth, type Input, inputsOf, nameOfAuth } from '../manifest/inputs.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput } from '../model/credential.ts'
import { type Feature, featureOf } from '../model/feature.ts'

/** Something a customer must correct before the app can be connected. */
export type Problem = {
  readonly place: 'features' | 'authMethod' | 'settings' | 'secrets'
  /** Which setting, secret or feature. */
  readonly name?: string
  readonly message: string
}

/** What a customer typed, checked by nobody. */
export type Given = {
  readonly features: readonly string[]
  /** One of the app's methods; its first when absent. */
  readonly authMethod?: string | undefined
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, Secret>>
}

export type Read = {
  readonly input: ConnectionInput & { readonly auth: string }
  readonly features: readonly Feature[]
}

/**
 * What was given, of the right types, or everything that is wrong with it at once.
 *
 * @param kept names of secrets that are there already and need not be given again.
 */
export function readGiven(
  connector: Connector,
  given: Given,
  kept: readonly string[] = [],
): Read | { readonly problems: readonly Problem[] } {
  const methods = choosableAuth(connector).map(nameOfAuth)
  const auth = given.authMethod ?? methods[0] ?? 'none'
  const inputs = inputsOf(connector, auth)
  const [settings, settingProblems] = readSettings(inputs, given.settings)
  const problems: Problem[] = [
    ...featureProblems(connector, given.features),
    ...(methods.includes(auth) || auth === 'none' ? [] : [unknownMethod(auth, methods)]),
    ...settingProblems,
    ...secretProblems(inputs, given.secrets, kept),
  ]
  const input = { settings, secrets: present(given.secrets), auth }
  const features = given.features as readonly Feature[]
  if (problems.length === 0) problems.push(...hostProblems(connector, input, features))
  return problems.length === 0 ? { input, features } : { problems }
}

/** The features an app can be used for. */
export function featuresOf({ streams, actions }: Connector): readonly Feature[] {
  const reading = Object.values(streams).flatMap(({ kind }) => featureOf(kind) ?? [])
  const acting: readonly Feature[] = Object.keys(actions ?? {}).length > 0 ? ['respond'] : []
  return [...new Set([...reading, ...acting])]
}

/** Secrets that must be given for a method. */
export function neededSecrets(connector: Connector, auth: string): readonly string[] {
  return inputsOf(connector, auth)
    .filter(({ isSecret, isOptional }) => isSecret && !isOptional)
    .map(({ name }) => name)
}

function featureProblems(connector: Connector, features: readonly string[]): readonly Problem[] {
  const known = featuresOf(connector)
  if (features.length === 0) return [{ place: 'features', message: 'choose at least one feature' }]
  return features
    .filter((feature) => !known.includes(feature as Feature))
    .map((name) => ({ place: 'features', name, message: `the app offers ${known.join(', ')}` }))
}

function unknownMethod(name: string, methods: readonly string[]): Problem {
  return { place: 'authMethod', name, message: `the app offers ${methods.join(', ')}` }
}

function readSettings(
  inputs: readonly Input[],
  given: Given['settings'],
): readonly [settings: Record<string, unknown>, problems: readonly Problem[]] {
  const settings: Record<string, unknown> = {}
  const known = inputs.filter(({ isSecret }) => !isSecret)
  const problems: Problem[] = unknown('settings', Object.keys(given), known)
  for (const input of known) {
    const { name, isOptional, expects } = input
    const text = Object.hasOwn(given, name) ? textOf(given[name]) : ''
    const value = text === '' ? input.default : input.read(text ?? '')
    if (value !== undefined) settings[name] = value
    else if (text !== '') problems.push({ place: 'settings', name, message: `expected ${expects}` })
    else if (!isOptional) problems.push({ place: 'settings', name, message: 'is not given' })
  }
  return [settings, problems]
}

function secretProblems(
  inputs: readonly Input[],
  given: Given['secrets'],
  kept: readonly string[],
): readonly Problem[] {
  const known = inputs.filter(({ isSecret }) => isSecret)
  const names = Object.keys(present(given))
  const missing = known.filter(
    ({ name, isOptional }) => !isOptional && !names.includes(name) && !kept.includes(name),
  )
  return [
    ...unknown('secrets', Object.keys(given), known),
    ...missing.map(({ name }): Problem => ({ place: 'secrets', name, message: 'is not given' })),
  ]
}

function unknown(
  place: 'settings' | 'secrets',
  names: readonly string[],
  inputs: readonly Input[],
): Problem[] {
  const known = inputs.map(({ name }) => name)
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known)
      return { place, name, message: meant === undefined ? 'is not known' : `did you mean ${meant}?` }
    })
}

/** A form sends what was left empty as an empty text. */
function present(secrets: Given['secrets']): Given['secrets'] {
  return Object.fromEntries(Object.entries(secrets).filter(([, secret]) => !isEmptySecret(secret)))
}

/** @returns `undefined` for what no form sends. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') ? value.join(',') : undefined
  return typeof value === 'object' ? undefined : String(value)
}

function hostProblems(
  connector: Connector,
  input: ConnectionInput,
  features: readonly Feature[],
): readonly Problem[] {
  try {
    accessOf({ connector, input, features })
    return []
  } catch (error) {
    if (!isFault(error)) throw error
    return [{ place: 'settings', message: error.message }]
  }
}
