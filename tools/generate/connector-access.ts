import { variableOf } from '../../src/cli/inputs.ts'
import type { Explanation } from '../../src/manifest/explain.ts'
import { choosableAuth, type Input, inputsOf, nameOfAuth, settingsOfAuth } from '../../src/manifest/inputs.ts'
import type { AuthPlan, Connector, StreamPlan } from '../../src/model/connector.ts'
import { featureOf } from '../../src/model/feature.ts'
import { cell, code, codes, list, section, table } from './markdown.ts'

/** What the customer fills in, for each way to connect. */
export function connectSection(connector: Connector, sheet: Explanation): string | undefined {
  const settings = inputsOf(connector).filter(({ isSecret }) => !isSecret)
  return section(
    'Connect',
    settings.length === 0 ? '' : table(['setting', 'what', 'needed'], settings.map(inputRow)),
    ...choosableAuth(connector).map((method) => methodPart(connector, method)),
    `The connection is proved with ${code(sheet.check)}. Called are ${codes(sheet.hosts)}, and no other host.`,
  )
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
    ['```', ...commands(connector, { method, inputs }), '```'].join('\n'),
  ].join('\n\n')
}

type Way = { readonly method: AuthPlan; readonly inputs: readonly Input[] }

/** A person consents once, where the grant wants it; then it runs by itself. */
function commands(connector: Connector, { method, inputs }: Way): readonly string[] {
  const { app, connect } = connector
  const own = settingsOfAuth(connector, method)
  const needed = inputs.filter((input) =>
    input.isSecret
      ? !input.isOptional
      : input.default === undefined && (!input.isOptional || own.includes(input.name)),
  )
  const secrets = needed
    .filter(({ isSecret }) => isSecret)
    .map((input) => `export ${variableOf(input.name)}=…`)
  const settings = needed
    .filter(({ isSecret }) => !isSecret)
    .map((input) => ` --set ${input.name}=${input.example ?? '…'}`)
  const auth = connect.auth.length === 1 ? '' : ` --auth '${nameOfAuth(method)}'`
  const rest = `connectors/${app.id}${auth}${settings.join('')} --state ${app.id}.state.json`
  const grant = method.oauth2?.grant
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
  return section('Permissions', ...choosableAuth(connector).map((method) => permissionsOf(connector, method)))
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
