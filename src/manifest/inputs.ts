import type { AuthPlan, Connector } from '../model/connector.ts'
import { AUTH_KINDS } from '../model/language/words.ts'
import { isPublicHost } from './host.ts'
import { matcherOf } from './pattern.ts'
import { programsIn } from './programs-in.ts'
import { type AuthKind, BUILT_IN_SECRETS, oauthSecrets } from './secrets.ts'

/** One thing a customer gives to connect: a setting in the clear, or a secret. */
export type Input = {
  readonly name: string
  readonly isSecret: boolean
  readonly isOptional: boolean
  readonly title: string
  readonly help?: string
  readonly type: 'text' | 'number' | 'boolean' | 'choice' | 'choices' | 'host'
  /** choice, choices: what to choose from. */
  readonly options?: readonly { readonly value: string; readonly title: string }[]
  readonly default?: string | number | boolean | readonly string[]
  readonly example?: string
  /** What a right value looks like, in one sentence. */
  readonly expects: string
  /** The value that a typed text stands for; `undefined` when it is not right. */
  readonly read: (text: string) => string | number | boolean | readonly string[] | undefined
}

type Declared = NonNullable<Connector['connect']['settings']>[string]

/** The kind of an auth method. */
export function kindOf(auth: AuthPlan): AuthKind {
  return AUTH_KINDS.find((kind) => auth[kind] !== undefined) ?? 'none'
}

/** The name a method is chosen by. */
export function nameOfAuth(auth: AuthPlan): string {
  return auth.name ?? kindOf(auth)
}

/** The methods a customer may choose: without those that only sign the request by which another gets its token. */
export function choosableAuth({ connect }: Connector): readonly AuthPlan[] {
  const used = new Set(connect.auth.map(({ login }) => login?.request.auth))
  return connect.auth.filter((method) => !used.has(nameOfAuth(method)))
}

/** The settings that a method itself reads: needed with it, even where they may be left empty. */
export function settingsOfAuth(connector: Connector, auth: AuthPlan): readonly string[] {
  const reads = [...programsIn(methodsOf(connector, auth))].flatMap((program) => program.reads)
  return [...new Set(reads.flatMap(([root, name]) => (root === 'settings' ? [String(name)] : [])))]
}

/**
 * What a customer gives for an auth method, settings first, in the order of the manifest.
 *
 * @param auth the method's name; the first when absent or unknown.
 */
export function inputsOf(connector: Connector, auth?: string): readonly Input[] {
  const { connect } = connector
  const method = connect.auth.find((known) => nameOfAuth(known) === auth) ?? connect.auth[0]
  const settings = Object.entries<Declared>(connect.settings ?? {}).map(([name, declared]) =>
    inputOf(name, declared, false),
  )
  const secrets = secretsOf(connector, method).map((name) => {
    const declared: Declared = connect.secrets?.[name] ?? {
      title: BUILT_IN_SECRETS[name] ?? name,
      type: 'text',
    }
    return inputOf(name, declared, true)
  })
  return [...settings, ...secrets]
}

/** Those that the methods ask for by themselves, then those that their fields and the requests of the app name. */
function secretsOf(connector: Connector, method: AuthPlan | undefined): readonly string[] {
  const { streams } = connector
  const methods = method === undefined ? [] : methodsOf(connector, method)
  const named = new Set(methods.flatMap(({ oauth2 }) => (oauth2 === undefined ? [] : oauthSecrets(oauth2))))
  for (const { reads } of [...programsIn(methods), ...programsIn(requestsIn(connector))])
    for (const [root, name] of reads) if (root === 'secrets' && typeof name === 'string') named.add(name)
  for (const { receive } of Object.values(streams))
    if (receive !== undefined) named.add(receive.verify.secret)
  return [...named]
}

const requestsIn = ({ connect, streams, actions }: Connector): unknown => [
  connect.headers,
  connect.check,
  streams,
  actions,
]

/** The method, and those that single requests name instead of it: of the app, and of the methods themselves. */
function methodsOf(connector: Connector, method: AuthPlan): readonly AuthPlan[] {
  const found = new Set([method])
  const parts: unknown[] = [requestsIn(connector), method]
  for (const part of parts)
    for (const name of authNamesIn(part)) {
      const other = connector.connect.auth.find((known) => nameOfAuth(known) === name)
      if (other === undefined || found.has(other)) continue
      found.add(other)
      parts.push(other)
    }
  return [...found]
}

/** The text under every key `auth`: only a request has one. */
function* authNamesIn(part: unknown): Generator<string> {
  if (typeof part !== 'object' || part === null) return
  for (const [key, inner] of Object.entries(part)) {
    if (key === 'auth' && typeof inner === 'string') yield inner
    else yield* authNamesIn(inner)
  }
}

function inputOf(name: string, declared: Declared, isSecret: boolean): Input {
  const { title = name, help, type, example, optional = false } = declared
  const options = declared.options?.map((option) =>
    typeof option === 'string' ? { value: option, title: option } : option,
  )
  return {
    name,
    isSecret,
    isOptional: optional || declared.default !== undefined,
    title,
    type,
    ...(help !== undefined && { help }),
    ...(options !== undefined && { options }),
    ...(declared.default !== undefined && { default: declared.default }),
    ...(example !== undefined && { example }),
    ...READERS[type](declared, options?.map(({ value }) => value) ?? []),
  }
}

type Reader = Pick<Input, 'expects' | 'read'>

const READERS: Readonly<Record<Input['type'], (declared: Declared, options: readonly string[]) => Reader>> = {
  text: ({ pattern }) => {
    const matches = pattern === undefined ? undefined : matcherOf(pattern)
    return {
      expects: pattern === undefined ? 'a text' : `a text that matches ${pattern}`,
      read: (text) => ((matches === undefined ? text !== '' : matches(text)) ? text : undefined),
    }
  },
  number: () => ({
    expects: 'a number',
    read: (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
  }),
  boolean: () => ({
    expects: 'true or false',
    read: (text) => (({ true: true, false: false }) as Record<string, boolean>)[text],
  }),
  host: () => ({
    expects: 'a host name such as docs.example.com, without https://',
    read: (text) => (isPublicHost(text.trim()) ? text.trim().toLowerCase() : undefined),
  }),
  choice: (_, options) => ({
    expects: `one of ${options.join(', ')}`,
    read: (text) => (options.includes(text) ? text : undefined),
  }),
  choices: (_, options) => ({
    expects: `some of ${options.join(', ')}, separated by commas`,
    read: (text) => {
      const chosen = text.split(',').map((word) => word.trim())
      return chosen.every((word) => options.includes(word)) ? chosen : undefined
    },
  }),
}
