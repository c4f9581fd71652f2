import { variableOf } from '../../src/cli/inputs.ts'
import type { Explanation } from '../../src/manifest/explain.ts'
import { type Input, inputsOf, nameOfAuth } from '../../src/manifest/inputs.ts'
import type { AuthPlan, Connector, StreamPlan } from '../../src/model/connector.ts'
import { featureOf } from '../../src/model/feature.ts'
import { cell, code, codes, list, section, table } from './markdown.ts'

/** What the customer fills in, for each way to connect. */
export function connectSection(connector: Connector, sheet: Explanation): string | undefined {
  const settings = inputsOf(connector).filter(({ isSecret }) => !isSecret)
  return section(
    'Connect',
    settings.length === 0 ? '' : table(['setting', 'what', 'needed'], settings.map(inputRow)),
    ...choosable(connector).map((method) => methodPart(connector, method)),
    `The connection is proved with ${code(sheet.check)}. Called are ${codes(sheet.hosts)}, and no other host.`,
  )
}

/** Without those that only sign the request by which another gets its token. */
function choosable({ connect }: Connector): readonly AuthPlan[] {
  const used = new Set(connect.auth.map(({ login }) => login?.request.auth))
  return connect.auth.filter((method) => !used.has(nameOfAuth(method)))
}

function inputRow({
  name,
  title,
  help,
  options,
  example,
  isOptional,
  default: given,
}: Input): readonly string[] {
  const what = [
    `${cell(title)}.`,
    ...(help === undefined ? [] : [cell(help)]),
    ...(options === undefined ? [] : [`To choose from: ${codes(options.map(({ value }) => value))}.`]),
    ...(example === undefined ? [] : [`Example: ${code(example)}.`]),
  ]
  const needed =
    given === undefined ? (isOptional ? 'no' : 'yes') : `no: ${codes([given].flat().map(String))}`
  return [code(name), what.join(' '), needed]
}

function methodPart(connector: Connector, method: AuthPlan): string {
  const name = nameOfAuth(method)
  const inputs = inputsOf(connector, name)
  const secrets = inputs.filter(({ isSecret }) => isSecret)
  const way = method.oauth2 === undefined ? '' : ` (OAuth 2.0, ${method.oauth2.grant.replaceAll('_', ' ')})`
  return [
    `### ${cell(name)}${way}`,
    ...(secrets.length === 0 ? [] : [table(['secret', 'what', 'needed'], secrets.map(inputRow))]),
    ['```', ...commands(connector, { name, inputs, grant: method.oauth2?.grant }), '```'].join('\n'),
  ].join('\n\n')
}

type Way = { readonly name: string; readonly inputs: readonly Input[]; readonly grant: string | undefined }

/** A person consents once, where the grant wants it; then it runs by itself. */
function commands({ app, connect }: Connector, { name, inputs, grant }: Way): readonly string[] {
  const needed = inputs.filter(({ isOptional }) => !isOptional)
  const secrets = needed
    .filter(({ isSecret }) => isSecret)
    .map((input) => `export ${variableOf(input.name)}=…`)
  const settings = needed
    .filter(({ isSecret }) => !isSecret)
    .map((input) => ` --set ${input.name}=${input.example ?? '…'}`)
  const auth = connect.auth.length === 1 ? '' : ` --auth '${name}'`
  const rest = `connectors/${app.id}${auth}${settings.join('')} --state ${app.id}.state.json`
  const consents = grant === 'authorization_code' || grant === 'device_code'
  return [
    ...secrets,
    ...(consents ? [`bin/fairlead connect ${rest}`] : []),
    `bin/fairlead run ${rest} >> events.ndjson`,
  ]
}

const FEATURES = {
  always: 'in any case',
  accounts: 'accounts: users, groups, roles, grants, tokens, resources',
  activity: 'activity: audit events',
  posture: 'posture: security settings',
  respond: 'respond: actions; never asked for unasked',
} as const

/** What must be granted for each feature, by each way to connect. */
export function permissionsSection(connector: Connector): string | undefined {
  return section('Permissions', ...choosable(connector).map((method) => permissionsOf(connector, method)))
}

function permissionsOf({ streams }: Connector, method: AuthPlan): string {
  const scopes: Partial<Readonly<Record<string, readonly string[]>>> = method.oauth2?.scopes ?? {}
  const name = cell(nameOfAuth(method))
  const rows = Object.entries(scopes).map(([feature, names = []]) => [
    FEATURES[feature as keyof typeof FEATURES],
    names.length === 0 ? 'none' : codes(names),
  ])
  if (rows.length === 0) return `**${name}** asks for nothing by itself: it may do what its credential may.`
  const own = Object.entries<StreamPlan>(streams).flatMap(([stream, plan]) => {
    const known = [...(scopes['always'] ?? []), ...(scopes[featureOf(plan.kind) ?? ''] ?? [])]
    const further = (plan.scopes ?? []).filter((scope) => !known.includes(scope))
    return further.length === 0 ? [] : [`The stream ${code(stream)} also needs ${codes(further)}.`]
  })
  return [`**${name}**`, table(['feature', 'scopes'], rows), ...(own.length === 0 ? [] : [list(own)])].join(
    '\n\n',
  )
}
