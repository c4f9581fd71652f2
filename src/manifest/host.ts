import { type Draft, valueAt } from './draft.ts'

/** A host name of the manifest: labels from left to right. */
export type HostPattern = readonly HostLabel[]
export type HostLabel =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'setting'; readonly name: string }
  /** `*`: any one label. */
  | { readonly kind: 'any' }
export type HostProblem = { readonly message: string; readonly hint?: string }

const LOOPBACK = /localhost|127\.0\.0\.1|\[?::1/
const LOOPBACK_HINT =
  'declare the name customers use; for an app on your own machine: fairlead run --allow-loopback NAME=URL'

const TEMPLATE = /\{\{\s*settings\.([A-Za-z]\w*)\s*\}\}/g
const MARK = /^\$([A-Za-z]\w*)\$$/
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Top-level names that never lead to an app on the internet. */
const PRIVATE = new Set([
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'arpa',
  'test',
  'invalid',
  'onion',
])
/** Second-level names under which countries register domains: `co.uk`. */
const SHARED = new Set([
  'co',
  'com',
  'org',
  'net',
  'gov',
  'edu',
  'ac',
  'or',
  'ne',
  'go',
  'gob',
  'nom',
  'ltd',
  'plc',
  'sch',
  'mil',
  'id',
])

/** Reads a host as written, or says why it is none. */
export function parseHost(written: string): HostPattern | HostProblem {
  const text = written.trim().replaceAll(TEMPLATE, '$$$1$$')
  if (text.includes('{{'))
    return {
      message: 'a host may use settings only, one for a whole label',
      hint: '{{ settings.NAME }}.example.com',
    }
  const shape = SHAPES.find(([pattern]) => pattern.test(text))
  if (shape !== undefined) return { message: shape[1], ...(LOOPBACK.test(text) && { hint: LOOPBACK_HINT }) }
  const pattern: HostLabel[] = []
  for (const [i, written] of text.split('.').entries()) {
    const label = labelOf(written, i)
    if (label === undefined) return labelProblem(written)
    pattern.push(label)
  }
  return endProblem(pattern) ?? pattern
}

function labelOf(text: string, index: number): HostLabel | undefined {
  const setting = MARK.exec(text)?.[1]
  if (setting !== undefined) return { kind: 'setting', name: setting }
  if (text === '*' && index === 0) return { kind: 'any' }
  return isLabel(text) ? { kind: 'literal', text: text.toLowerCase() } : undefined
}

export function isHostPattern(parsed: HostPattern | HostProblem): parsed is HostPattern {
  return Array.isArray(parsed)
}

const SHAPES: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'a host is a name without https://'],
  [/@/, 'a host has no user name'],
  [/^\[|:.*:/, 'an IP address cannot be a host'],
  [/:/, 'a host has no port: only port 443 is called'],
  [/[/\\?#]/, 'a host is a name without a path'],
]

function labelProblem(label: string): HostProblem {
  if (label === '*' || label.includes('*'))
    return { message: '* may stand for one whole label, in front only', hint: '*.example.com' }
  if (label.includes('$'))
    return {
      message: 'a setting stands for a whole label of a host',
      hint: '{{ settings.NAME }}.example.com',
    }
  if (label === '') return { message: 'a label of the host is empty' }
  if (/[^ -~]/.test(label)) return { message: 'write the host in ASCII (xn--…)' }
  return { message: `"${label}" cannot be a label of a host` }
}

/** The end of a host is the author's: a customer or a wildcard must not choose whose domain is called. */
function endProblem(pattern: HostPattern): HostProblem | undefined {
  if (pattern.length === 1 && pattern[0]!.kind === 'setting') return undefined
  const [last, second, third] = pattern.toReversed()
  if (last?.kind !== 'literal')
    return { message: 'a host must end with a name of its own, such as example.com' }
  const numeric = /^(?:\d+|0x[\da-f]*)$/.test(last.text)
  if (numeric) return { message: 'an IP address cannot be a host', hint: LOOPBACK_HINT }
  if (PRIVATE.has(last.text))
    return { message: `"${last.text}" leads into a private network`, hint: LOOPBACK_HINT }
  if (second === undefined) return { message: 'a host needs a domain, such as api.example.com' }
  if (second.kind !== 'literal')
    return { message: `everybody can register names below "${last.text}": name the domain` }
  const isShared = last.text.length === 2 && SHARED.has(second.text)
  if (isShared && third?.kind !== 'literal')
    return { message: `everybody can register names below "${second.text}.${last.text}": name the domain` }
  return undefined
}

/** The texts a choice setting may have; `undefined` for other settings. */
export function optionsOf(draft: Draft, setting: string): readonly string[] | undefined {
  const declared = valueAt(draft.connect?.settings, setting)
  if (declared?.type !== 'choice') return undefined
  return (declared.options ?? []).flatMap((option) =>
    typeof option === 'string' ? [option] : (option?.value ?? []),
  )
}

export const isLabel = (text: string) => LABEL.test(text.toLowerCase())

/**
 * Whether a pattern can only match texts that are DNS labels, by its form: letters, digits, hyphens and classes of them, with
 * repetition, groups and alternatives. Nothing in such a pattern can match a dot, a slash or an at sign.
 */
export function admitsLabelsOnly(pattern: string): boolean {
  const body = pattern.replace(/^\^/, '').replace(/\$$/, '')
  return (
    body !== '' &&
    /^(?:[A-Za-z0-9-]|\\d|\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d|\\d|[A-Za-z0-9]|-(?=\]|\\d)|(?<=\[)-)+\]|\(\?:|\((?!\?)|[)|?*+]|\{\d+(?:,\d*)?\})+$/.test(
      body,
    )
  )
}

/** Whether every host that `inner` can be is one that `outer` can be. */
export function covers(outer: HostPattern, inner: HostPattern): boolean {
  return outer.length === inner.length && outer.every((label, i) => coversLabel(label, inner[i]!))
}

function coversLabel(outer: HostLabel, inner: HostLabel): boolean {
  if (outer.kind === 'any') return true
  if (outer.kind === 'literal') return inner.kind === 'literal' && inner.text === outer.text
  return inner.kind === 'setting' && inner.name === outer.name
}

/** Whether a text is a name that may be called: literal, public, without port and path. */
export function isPublicHost(text: string): boolean {
  const parsed = parseHost(text)
  return isHostPattern(parsed) && parsed.every(({ kind }) => kind === 'literal')
}
