import type { ActionSheet, AuthSheet, Explanation, InputSheet, RowSheet } from './explain.ts'
import type { StreamSheet } from './explain-stream.ts'

/** The sheet as text for a terminal: sections with indented lines, no colours, ends with a line break. */
export function renderExplanation(sheet: Explanation): string {
  const { app, limits } = sheet
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    [
      `${app.name} (${app.id} ${app.version}), by ${app.vendor}`,
      [
        `manifest ${app.digest.slice(0, 12)}`,
        `checks the connection with ${sheet.check}`,
        `base ${sheet.baseUrl}`,
      ],
    ],
    ['Hosts called, and no others', sheet.hosts],
    ['Settings to give', sheet.settings.map(inputLine)],
    ...sheet.auth.map((method) => [authTitle(method), authLines(method)] as const),
    [
      'Limits',
      [
        `${limits.rate === undefined ? 'no rate stated' : limits.rate}, ${limits.concurrency} requests at once`,
      ],
    ],
    ['Data read', sheet.dataRead.map(({ kind, streams }) => `${kind}: ${streams.join(', ')}`)],
    ['Streams', sheet.streams.flatMap(streamLines)],
    ...sheet.mappings.map(
      ({ stream, events, otherwise }) =>
        [
          `Mapping of ${stream}: ${count(new Set(events.map(({ event }) => event)).size, 'event name')}`,
          [...events, ...(otherwise === undefined ? [] : [otherwise])].map(rowLine),
        ] as const,
    ),
    [
      'Checks',
      sheet.checks.map(
        ({ name, severity, title, reads }) => `${name} (${severity}): ${title} [${reads.join(', ')}]`,
      ),
    ],
    ['Actions: what it can change', sheet.actions.flatMap(actionLines)],
    ['Actions that nothing undoes', sheet.destructive],
    [
      'Detections',
      sheet.detections.map(
        ({ name, severity, title, on }) => `${name} (${severity}): ${title} [${on.join(', ')}]`,
      ),
    ],
  ]
  const shown = sections.filter(([, lines]) => lines.length > 0)
  return `${shown.map(([title, lines]) => [oneLine(title), ...lines.map((line) => `  ${oneLine(line)}`)].join('\n')).join('\n\n')}\n`
}

/** Names and templates may hold line breaks, which could imitate a section of the sheet. */
const oneLine = (text: string) => text.replaceAll(/\s*[\r\n]\s*/g, ' ')

const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`

function inputLine({ name, title, isOptional, expects }: InputSheet): string {
  return `${name}: ${title} (${expects}${isOptional ? ', optional' : ''})`
}

function authTitle({ name, kind, grant }: AuthSheet): string {
  const way = grant === undefined ? kind : `${kind}, ${grant}`
  return name === kind ? `Auth method ${way}` : `Auth method "${name}" (${way})`
}

function authLines({ secrets, scopes, sentIn }: AuthSheet): readonly string[] {
  return [
    ...secrets.map(
      (secret) => `secret ${secret.name}: ${secret.title}${secret.isOptional ? ' (optional)' : ''}`,
    ),
    ...Object.entries(scopes).map(
      ([feature, list]) => `scopes for ${feature}: ${list.length === 0 ? 'none' : list.join(' ')}`,
    ),
    sentIn.length === 0 ? 'sends no credential' : `sent in ${sentIn.join(', ')}`,
  ]
}

function streamLines(stream: StreamSheet): readonly string[] {
  const { name, kind, title, asks, before, paging, position, every, requestsPerDay, times } = stream
  const load = requestsPerDay === undefined ? 'as often as set' : `at least ${requestsPerDay} requests a day`
  return [
    `${name} (${kind})${title === undefined ? '' : `: ${title}`}`,
    ...(stream.when === undefined ? [] : [`    only when ${stream.when}`]),
    ...(before === undefined ? [] : [`    first ${before}`]),
    `    ${asks}`,
    ...(paging === 'none' ? [] : [`    pages: ${paging}`]),
    `    ${position ?? (paging === 'none' ? 'as delivered' : 'read whole')}`,
    ...(paging === 'none' ? [] : [`    every ${every}: ${[load, ...times].join(' × ')}`]),
    ...(stream.scopes.length === 0 ? [] : [`    also needs ${stream.scopes.join(' ')}`]),
    ...(stream.redacts.length === 0 ? [] : [`    removes ${stream.redacts.join(', ')}`]),
  ]
}

function rowLine({ event, action, class: className, activity }: RowSheet): string {
  const meaning = [className, activity].filter((word) => word !== undefined).join(': ')
  return `${event === '*' ? 'anything else' : event} → ${action === undefined ? '' : `${action} `}(${meaning})`
}

function actionLines(action: ActionSheet): readonly string[] {
  const undone = action.revert === undefined ? 'nothing undoes it' : `undone by ${action.revert}`
  return [
    `${action.name}: ${action.verb} on ${action.on}`,
    `    sends ${action.sends}`,
    `    proves it by ${action.verifies}`,
    `    ${undone}${action.isIdempotent ? '; may be repeated' : ''}`,
    ...(action.scopes.length === 0 ? [] : [`    also needs ${action.scopes.join(' ')}`]),
  ]
}
