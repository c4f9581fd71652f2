import { inventoryProblem, inventoryWords } from '../../ocsf/inventory.ts'
import type { InventoryKind } from '../../ocsf/inventory-table.ts'
import { type Draft, entriesOf, type StreamDraft, valueAt } from '../draft.ts'
import type { Path } from '../path.ts'
import { complain, complainKey, isWritten, meaningsAt, programsOf, type Study } from '../study.ts'

/** Each stream has what its kind needs, and nothing that would have no effect. */
export function streams(study: Study): void {
  for (const [name, stream] of entriesOf(study.draft.streams)) {
    const path = ['streams', name]
    source(study, path, stream)
    identity(study, path, stream)
    position(study, path, stream)
    meaning(study, path, stream)
    redaction(study, path)
    rhythm(study, path, stream)
    decoding(study, path, stream)
    parents(study, path, stream)
  }
}

const PULL_ONLY = [
  'page',
  'window',
  'cursor',
  'each',
  'over',
  'before',
  'on',
  'errors',
  'decode',
  'every',
  'auth',
  'limits',
] as const

/** A stream asks, or is told. */
function source(study: Study, path: Path, stream: StreamDraft): void {
  const asks = isWritten(study, [...path, 'request'])
  const isTold = isWritten(study, [...path, 'receive'])
  if (!asks && !isTold)
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: `"${path[1]}" needs "request", or "receive" for a webhook`,
    })
  if (asks && isTold)
    complainKey(study, [...path, 'receive'], {
      code: 'FIELD_CONFLICT',
      message: '"receive" and "request" exclude each other',
      hint: 'make two streams',
    })
  if (!isTold || asks) return
  for (const key of PULL_ONLY)
    if (stream[key] !== undefined)
      complainKey(study, [...path, key], {
        code: 'FIELD_UNUSED',
        message: `"${key}" has no effect in a stream that receives`,
      })
}

function identity(study: Study, path: Path, { kind }: StreamDraft): void {
  const isFree = kind === undefined || kind === 'settings' || kind === 'list'
  if (!isFree && !isWritten(study, [...path, 'key']))
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: `"${path[1]}" needs "key"`,
      hint: 'the identity of a record, e.g. record.id',
    })
}

/** Events are read on from where the last run ended. */
function position(study: Study, path: Path, stream: StreamDraft): void {
  const has = (key: string) => isWritten(study, [...path, key])
  if (stream.kind === 'activity' && !hasPosition(study, String(path[1])))
    complainKey(study, path, {
      code: 'POSITION_MISSING',
      message: `"${path[1]}" would be read from the beginning in every run`,
      hint: 'declare window or cursor',
    })
  if (has('window') && has('request') && !usesIn(study, path, 'window') && !has('receive'))
    complainKey(study, [...path, 'window'], {
      code: 'POSITION_UNUSED',
      message: 'the request uses neither window.start nor window.end: every run reads the whole list',
      level: 'warning',
    })
  if (has('window') && stream.window?.maxSpan !== undefined && !usesIn(study, path, 'window', 'end'))
    complainKey(study, [...path, 'window', 'maxSpan'], {
      code: 'POSITION_UNUSED',
      message: 'maxSpan has no effect: the request does not use window.end',
      level: 'warning',
    })
  if (has('cursor') && has('request') && !usesIn(study, path, 'cursor'))
    complainKey(study, [...path, 'cursor'], {
      code: 'POSITION_UNUSED',
      message: 'the request does not use cursor: every run begins anew',
      level: 'warning',
    })
}

/** Whether a stream, or one it is fanned out from, knows where it was. */
function hasPosition(study: Study, name: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (['window', 'cursor', 'receive'].some((key) => isWritten(study, ['streams', name, key]))) return true
  const parent = valueAt(study.draft.streams, name)?.each?.stream
  return parent !== undefined && !seen.has(parent) && hasPosition(study, parent, new Set([...seen, name]))
}

/** Whether the requests of a stream read a name, or one part of it. A request that could not be read counts as if they did. */
function usesIn(study: Study, path: Path, name: string, part?: string): boolean {
  return [...meaningsAt(study, [...path, 'request']), ...meaningsAt(study, [...path, 'before'])].some(
    (site) => {
      const programs = programsOf(study, site)
      if (programs === undefined) return site.text.includes(name)
      const reads = programs.flatMap((program) => program.reads)
      return reads.some(([root, first]) => root === name && (part === undefined || first === part))
    },
  )
}

function meaning(study: Study, path: Path, stream: StreamDraft): void {
  const { kind } = stream
  const hasMap = isWritten(study, [...path, 'map'])
  if (kind === 'activity' && !hasMap)
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: `"${path[1]}" needs "map": what its events mean`,
    })
  if (kind !== undefined && kind !== 'activity' && hasMap)
    complainKey(study, [...path, 'map'], {
      code: 'FIELD_UNUSED',
      message: `"map" is for activity; ${kind} say what they mean in "as"`,
    })
  if (stream.as === undefined || kind === undefined) return
  if (kind === 'activity' || kind === 'list')
    complainKey(study, [...path, 'as'], {
      code: 'FIELD_UNUSED',
      message: `"as" has no effect in a stream of kind ${kind}`,
    })
  else inventory(study, [...path, 'as'], { words: Object.keys(stream.as), kind })
}

function inventory(
  study: Study,
  path: Path,
  { words, kind }: { words: readonly string[]; kind: InventoryKind },
): void {
  const known = inventoryWords(kind)
  for (const word of words.filter((word) => !known.includes(word)))
    complainKey(study, [...path, word], { code: 'ATTRIBUTE_UNKNOWN', message: inventoryProblem(kind, word) })
}

function redaction(study: Study, path: Path): void {
  for (const site of meaningsAt(study, [...path, 'redact'])) {
    const program = study.meanings.programs.get(site.where)
    if (program !== undefined && (program.path?.[0] !== 'record' || program.path.length < 2))
      complain(study, site.path, {
        code: 'VALUE_INVALID',
        message: 'this must be a path in the record',
        hint: 'e.g. record.webhook.secret',
      })
  }
}

function rhythm(study: Study, path: Path, { every }: StreamDraft): void {
  if (every === undefined || every.includes('{{') || /^\d+(?:s|m|h|d)$/.test(every)) return
  complain(study, [...path, 'every'], {
    code: 'VALUE_INVALID',
    message: '"every" must be a duration',
    hint: 'a number with s, m, h or d, such as 15m, or {{ settings.NAME }}',
  })
}

const ONLY_FOR: Readonly<Record<string, string>> = { delimiter: 'csv', columns: 'csv', lists: 'xml' }

function decoding(study: Study, path: Path, { decode }: StreamDraft): void {
  for (const [key, format] of Object.entries(ONLY_FOR))
    if (isWritten(study, [...path, 'decode', key]) && decode?.as !== undefined && decode.as !== format)
      complainKey(study, [...path, 'decode', key], {
        code: 'FIELD_UNUSED',
        message: `"${key}" is for ${format}`,
      })
}

/** Only a list that is asked for can feed others. */
function parents(study: Study, path: Path, stream: StreamDraft): void {
  const uses: readonly (readonly [Path, string | undefined])[] = [
    [[...path, 'each', 'stream'], stream.each?.stream],
    ...entriesOf(stream.lookup).map(
      ([name, lookup]) => [[...path, 'lookup', name, 'stream'], lookup.stream] as const,
    ),
  ]
  for (const [at, name] of uses)
    if (name !== undefined && isPushed(study.draft, name))
      complain(study, at, {
        code: 'REFERENCE_UNFIT',
        message: `"${name}" receives: nobody can ask it for its records`,
      })
}

const isPushed = (draft: Draft, name: string) => valueAt(draft.streams, name)?.receive !== undefined
