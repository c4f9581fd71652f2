import { type Explanation, explain } from '../../src/manifest/explain.ts'
import { durationText } from '../../src/manifest/explain-stream.ts'
import type {
  ActionPlan,
  CheckPlan,
  Connector,
  DetectionPlan,
  StreamPlan,
} from '../../src/model/connector.ts'
import { connectSection, permissionsSection } from './connector-access.ts'
import { linked, sourcesSection } from './connector-sources.ts'
import { cell, code, codes, link, list, section, table } from './markdown.ts'

/** What a security engineer reads of a connector before and while using it: the README of its folder. */
export function renderConnectorPage(connector: Connector): string {
  const { app } = connector
  const sheet = explain(connector)
  const parts = [
    `# ${app.name}`,
    app.summary === undefined ? '' : cell(app.summary),
    introduction(connector),
    connectSection(connector, sheet),
    permissionsSection(connector),
    streamsSection(connector),
    eventsSection(sheet),
    checksSection(connector.checks ?? {}),
    actionsSection(connector.actions ?? {}),
    detectionsSection(connector.detections ?? {}),
    limitsSection(connector, sheet),
    section('Tried against', list((app.tried ?? []).map(cell))),
    sourcesSection(connector),
  ]
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`
}

const LINKS = {
  docs: 'API documentation',
  console: 'administration',
  support: 'support',
  status: 'status',
} as const

function introduction({ app, checks, actions, detections, streams }: Connector): string {
  const links = Object.entries(LINKS).flatMap(([key, title]) => {
    const address = app.links?.[key as keyof typeof LINKS]
    return address === undefined ? [] : [link(title, address)]
  })
  const counts = [
    [Object.keys(streams).length, 'streams'],
    [Object.keys(checks ?? {}).length, 'checks'],
    [Object.keys(actions ?? {}).length, 'actions'],
    [Object.keys(detections ?? {}).length, 'detections'],
  ].map(([count, what]) => `${count} ${what}`)
  return [
    `Connector ${code(app.id)} ${app.version} for ${cell(app.name)} by ${cell(app.vendor)}: ${counts.join(', ')}.`,
    ...(links.length === 0 ? [] : [`See ${links.join(', ')}.`]),
  ].join(' ')
}

function streamsSection({ streams }: Connector): string | undefined {
  const rows = Object.entries<StreamPlan>(streams).map(([name, plan]) => [
    code(name),
    plan.kind,
    [linked(plan.title ?? name, plan.docs), ...(plan.about === undefined ? [] : [cell(plan.about)])].join(
      '. ',
    ),
    everyOf(plan),
    positionOf(plan),
    plan.when === undefined ? '' : code(plan.when.source),
  ])
  const redacted = Object.entries<StreamPlan>(streams).flatMap(([name, { redact = [] }]) =>
    redact.map(({ source }) => `${code(source)} of ${code(name)}`),
  )
  return section(
    'What it reads',
    table(['stream', 'kind', 'what', 'every', 'from where', 'only when'], rows),
    redacted.length === 0 ? '' : `Taken out before anything is kept: ${redacted.join(', ')}.`,
  )
}

function everyOf({ every, receive }: StreamPlan): string {
  if (receive !== undefined) return 'as it happens'
  return every.isConstant ? String(every.evaluate({})) : `as set: ${code(every.source)}`
}

function positionOf({ window, cursor, receive }: StreamPlan): string {
  if (receive !== undefined) return `delivered to ${code(receive.path)}`
  if (window === undefined) return cursor === undefined ? 'whole' : 'where it stopped'
  const kept = window.retention === undefined ? '' : `; the app keeps ${durationText(window.retention)}`
  return `where it stopped; first ${durationText(window.lookback)} back${kept}`
}

function eventsSection({ mappings }: Explanation): string | undefined {
  const parts = mappings.map(({ stream, events, otherwise }) => {
    const names = new Set(events.map(({ event }) => event))
    const classes = Map.groupBy(events, ({ class: className }) => className ?? '')
    const rows = [...classes]
      .map(([className, list]) => [className, new Set(list.map(({ event }) => event)).size] as const)
      .toSorted(([, a], [, b]) => b - a)
    const rest =
      otherwise === undefined ? '' : ` Any other name becomes ${code(otherwise.class ?? '')} and is counted.`
    return `${code(stream)} knows ${names.size} event names.${rest}\n\n${table(
      ['OCSF class', 'event names'],
      rows.map(([className, count]) => [code(className), String(count)]),
    )}`
  })
  return section('What its events become', ...parts)
}

function checksSection(checks: Readonly<Record<string, CheckPlan>>): string | undefined {
  const rows = Object.entries(checks).map(([name, plan]) => [
    plan.severity,
    `${cell(plan.title)} (${code(name)})`,
    codes([...(plan.reads ?? []), ...(plan.each === undefined ? [] : [plan.each])]),
    Object.entries<readonly string[]>(plan.frameworks ?? {})
      .map(([framework, controls]) => `${framework} ${controls.join(', ')}`)
      .join('; '),
  ])
  if (rows.length === 0) return undefined
  return section('Checks', table(['severity', 'holds when it passes', 'reads', 'controls'], rows))
}

function actionsSection(actions: Readonly<Record<string, ActionPlan>>): string | undefined {
  const rows = Object.entries(actions).map(([name, plan]) => [
    linked(plan.title ?? plan.verb, plan.docs, `(${code(name)})`),
    plan.on,
    plan.revert === undefined ? '**nothing**' : code(plan.revert),
    codes(plan.scopes ?? []),
  ])
  if (rows.length === 0) return undefined
  return section(
    'Actions',
    'Nothing is changed in the app but by these, and each reads back whether it took effect.',
    table(['action', 'on', 'undone by', 'scopes of its own'], rows),
  )
}

const TECHNIQUE = (id: string) => `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/)`

function detectionsSection(detections: Readonly<Record<string, DetectionPlan>>): string | undefined {
  const rows = Object.entries(detections).map(([name, { severity, title, attack = [] }]) => [
    severity,
    `${cell(title)} (${code(name)})`,
    attack.map(TECHNIQUE).join(', '),
  ])
  if (rows.length === 0) return undefined
  return section('Detections', table(['severity', 'what was seen', 'ATT&CK'], rows))
}

function limitsSection({ app, connect }: Connector, { limits }: Explanation): string | undefined {
  const { headers } = connect.limits
  const told = [headers?.remaining, headers?.reset].filter((name) => name !== undefined)
  return section(
    'Limits',
    list([
      limits.rate === undefined
        ? `The app states no rate; ${limits.concurrency} requests at once.`
        : `At most ${limits.rate} over all streams of a connection, ${limits.concurrency} requests at once.`,
      told.length === 0
        ? 'It waits as long as the app says (Retry-After).'
        : `It waits as long as the app says: Retry-After, ${codes(told)}.`,
      ...(app.gaps ?? []).map(cell),
    ]),
  )
}
