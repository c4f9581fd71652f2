import type { OcsfEvent } from '../model/event.ts'
import { inert, type Style } from './style.ts'

const SEVERITY_COLOR: Readonly<Record<number, 'red' | 'magenta' | 'yellow'>> = {
  3: 'yellow',
  4: 'red',
  5: 'magenta',
  6: 'magenta',
}

type Nested = Readonly<Record<string, unknown>>
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Nested)[key]
        : undefined,
    value,
  )
const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '')

/** One event as one line for people: when, what, who, to what, from where, how it ended. */
export function renderEvent(event: OcsfEvent, style: Style): string {
  const time =
    typeof event['time'] === 'number'
      ? new Date(event['time']).toISOString().replace('T', ' ').slice(0, 19)
      : '?'
  const action = firstText(...labels(event)) ?? String(event['class_name'] ?? '')
  const severity = SEVERITY_COLOR[Number(event['severity_id'])]
  const failed = event['status_id'] === 2
  const parts = [
    style.dim(time),
    (severity === undefined ? style.cyan : style[severity])(inert(action).padEnd(24)),
    inert(actorOf(event) ?? '').padEnd(30),
    inert(objectOf(event) ?? ''),
    style.dim(inert(firstText(at(event, 'src_endpoint', 'ip')) ?? '')),
    failed ? style.red('failed') : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function labels(event: OcsfEvent): string[] {
  const all = at(event, 'metadata', 'labels')
  const texts = Array.isArray(all) ? all.filter((label): label is string => typeof label === 'string') : []
  return texts.filter((label) => label.startsWith('action:')).map((label) => label.slice('action:'.length))
}

const nameOf = (thing: unknown): string | undefined =>
  firstText(
    at(thing, 'email_addr'),
    at(thing, 'name'),
    at(thing, 'full_name'),
    at(thing, 'url_string'),
    at(thing, 'uid'),
  )

function actorOf(event: OcsfEvent): string | undefined {
  return (
    nameOf(at(event, 'actor', 'user')) ?? firstText(at(event, 'actor', 'app_name')) ?? nameOf(event['user'])
  )
}

const OBJECTS: readonly (readonly (string | number)[])[] = [
  ['file'],
  ['web_resources', 0],
  ['entity', 'user'],
  ['entity'],
  ['group'],
  ['app'],
  ['resources', 0],
  ['user'],
]

function objectOf(event: OcsfEvent): string | undefined {
  const actor = actorOf(event)
  const names = OBJECTS.map((path) => nameOf(at(event, ...path))).filter(
    (name) => name !== undefined && name !== actor,
  )
  const count = at(event, 'metadata', 'event_code')
  return names[0] === undefined ? firstText(count) : `→ ${names[0]}`
}
