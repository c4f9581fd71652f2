import type {
  ActionPlan,
  AuthPlan,
  CheckPlan,
  Connector,
  DetectionPlan,
  MappingPlan,
} from '../model/connector.ts'
import { actionByVerb } from '../ocsf/actions.ts'
import { explainStream, type StreamSheet } from './explain-stream.ts'
import { inputsOf, kindOf, nameOfAuth } from './inputs.ts'
import { requestLine } from './request-line.ts'

/** What a connector does, as plain data: the sheet that a security review reads. Holds no secret. */
export type Explanation = {
  readonly app: {
    readonly id: string
    readonly name: string
    readonly vendor: string
    readonly version: string
    readonly digest: string
  }
  /** Nothing else is ever called. */
  readonly hosts: readonly string[]
  readonly baseUrl: string
  /** How the connection is proved. */
  readonly check: string
  readonly settings: readonly InputSheet[]
  readonly auth: readonly AuthSheet[]
  readonly limits: { readonly rate?: string; readonly concurrency: number }
  /** Kinds of data that are read, with the streams that read them. */
  readonly dataRead: readonly { readonly kind: string; readonly streams: readonly string[] }[]
  readonly streams: readonly StreamSheet[]
  readonly mappings: readonly MappingSheet[]
  readonly checks: readonly CheckSheet[]
  readonly actions: readonly ActionSheet[]
  /** Names of actions that nothing undoes. */
  readonly destructive: readonly string[]
  readonly detections: readonly DetectionSheet[]
}
export type InputSheet = {
  readonly name: string
  readonly title: string
  readonly isOptional: boolean
  readonly expects: string
}
export type AuthSheet = {
  readonly name: string
  readonly kind: string
  readonly grant?: string
  readonly secrets: readonly InputSheet[]
  /** By feature: `accounts`, `activity`, `posture`, `respond`; `always` in any case. */
  readonly scopes: Readonly<Record<string, readonly string[]>>
  /** Where the credential goes, e.g. `header Authorization`. */
  readonly sentIn: readonly string[]
}
export type MappingSheet = {
  readonly stream: string
  readonly events: readonly RowSheet[]
  readonly otherwise?: RowSheet
}
export type RowSheet = {
  readonly event: string
  readonly action?: string
  readonly class?: string
  readonly activity?: string
}
export type CheckSheet = {
  readonly name: string
  readonly title: string
  readonly severity: string
  readonly reads: readonly string[]
  readonly pass: string
}
export type ActionSheet = {
  readonly name: string
  readonly verb: string
  readonly on: string
  readonly sends: string
  readonly verifies: string
  readonly revert?: string
  readonly isIrreversible: boolean
  readonly isIdempotent: boolean
  readonly scopes: readonly string[]
}
export type DetectionSheet = {
  readonly name: string
  readonly title: string
  readonly severity: string
  readonly on: readonly string[]
  readonly attack: readonly string[]
}

/** Says what a connector calls, reads, means and can change. */
export function explain(connector: Connector): Explanation {
  const { app, connect, streams, checks, actions, detections, digest } = connector
  const { id, name, vendor, version } = app
  const sheets = Object.entries(streams).map(([stream, plan]) => explainStream(stream, plan))
  const actionSheets = Object.entries<ActionPlan>(actions ?? {}).map(([action, plan]) =>
    explainAction(action, plan),
  )
  const settings = inputsOf(connector).filter(({ isSecret }) => !isSecret)
  return {
    app: { id, name, vendor, version, digest },
    hosts: connect.hosts.map(({ source }) => source),
    baseUrl: connect.baseUrl.source,
    check: requestLine(connect.check.request),
    settings: settings.map(sheetOf),
    auth: connect.auth.map((method) => explainAuth(connector, method)),
    limits: {
      ...(connect.limits.rate !== undefined && { rate: rateText(connect.limits.rate) }),
      concurrency: connect.limits.concurrency,
    },
    dataRead: groupByKind(sheets),
    streams: sheets,
    mappings: Object.entries(streams).flatMap(([stream, { map }]) =>
      map === undefined ? [] : [explainMapping(stream, map)],
    ),
    checks: Object.entries<CheckPlan>(checks ?? {}).map(([check, plan]) => explainCheck(check, plan)),
    actions: actionSheets,
    destructive: actionSheets.filter(({ isIrreversible }) => isIrreversible).map((action) => action.name),
    detections: Object.entries<DetectionPlan>(detections ?? {}).map(([detection, plan]) =>
      explainDetection(detection, plan),
    ),
  }
}

type Given = ReturnType<typeof inputsOf>[number]
const sheetOf = ({ name, title, isOptional, expects }: Given): InputSheet => ({
  name,
  title,
  isOptional,
  expects,
})

function explainAuth(connector: Connector, method: AuthPlan): AuthSheet {
  const kind = kindOf(method)
  const secrets = inputsOf(connector, nameOfAuth(method)).filter(({ isSecret }) => isSecret)
  const given = Object.entries<readonly string[] | undefined>(method.oauth2?.scopes ?? {})
  return {
    name: nameOfAuth(method),
    kind,
    ...(method.oauth2 !== undefined && { grant: method.oauth2.grant }),
    secrets: secrets.map(sheetOf),
    scopes: Object.fromEntries(
      given.flatMap(([feature, list]) => (list === undefined ? [] : [[feature, list]])),
    ),
    sentIn: sentIn(method),
  }
}

function sentIn(method: AuthPlan): readonly string[] {
  if (method.basic !== undefined) return ['header Authorization']
  if (method.profile !== undefined) return [`signature (${method.profile.name})`]
  const send = (method.oauth2 ?? method.login ?? method.apiKey ?? method.jwt ?? method.hmac)?.send
  const named = (what: string, part: object | undefined) =>
    Object.keys(part ?? {}).map((name) => `${what} ${name}`)
  return [...named('header', send?.headers), ...named('query', send?.query), ...named('body', send?.json)]
}

const PERIODS: readonly (readonly [ms: number, word: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

function rateText({ count, perMs }: { readonly count: number; readonly perMs: number }): string {
  const period = PERIODS.find(([ms]) => ms === perMs)?.[1] ?? `${perMs}ms`
  return `${count}/${period}`
}

function groupByKind(sheets: readonly StreamSheet[]): Explanation['dataRead'] {
  const kinds = Map.groupBy(sheets, ({ kind }) => kind)
  return [...kinds].map(([kind, list]) => ({ kind, streams: list.map(({ name }) => name) }))
}

type Row = NonNullable<MappingPlan['common']>

function explainMapping(stream: string, map: MappingPlan): MappingSheet {
  const events = Object.entries<Row | readonly Row[]>(map.events ?? {}).flatMap(([event, rows]) =>
    [rows].flat().map((row) => explainRow(event, row, map.common)),
  )
  return {
    stream,
    events,
    ...(map.otherwise !== undefined && { otherwise: explainRow('*', map.otherwise, map.common) }),
  }
}

function explainRow(event: string, row: Row, common: Row | undefined): RowSheet {
  const verb = row.action ?? common?.action
  const known = actionByVerb(verb ?? '')
  const className = row.class ?? common?.class ?? known?.className
  const activity = row.activity ?? common?.activity ?? known?.activityName
  return {
    event,
    ...(verb !== undefined && { action: verb }),
    ...(className !== undefined && { class: className }),
    ...(activity !== undefined && { activity }),
  }
}

function explainCheck(name: string, { title, severity, reads = [], each, pass }: CheckPlan): CheckSheet {
  return {
    name,
    title,
    severity,
    reads: [...reads, ...(each === undefined ? [] : [each])],
    pass: pass.source,
  }
}

function explainAction(name: string, plan: ActionPlan): ActionSheet {
  const { verb, on, request, verify, revert, irreversible = false, idempotent, scopes = [] } = plan
  return {
    name,
    verb,
    on,
    sends: requestLine(request),
    verifies: requestLine(verify.request),
    ...(revert !== undefined && { revert }),
    isIrreversible: irreversible,
    isIdempotent: idempotent,
    scopes,
  }
}

function explainDetection(name: string, { title, severity, on, attack = [] }: DetectionPlan): DetectionSheet {
  return { name, title, severity, on: [on].flat(), attack }
}
