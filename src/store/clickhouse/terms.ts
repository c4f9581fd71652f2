import { recent } from '../../lib/recent.ts'

/** Below these are facts about us and the tenant, the same in every event, or copies of what stands elsewhere. */
const NOT_SEARCHED = new Set(['metadata', 'cloud', 'observables', 'category_name', 'type_name'])
const MAX_TERM_LENGTH = 200

/**
 * What free text can find an event by, in lower case: each value, the parts of it between spaces and common
 * separators, and the bare words in those, so that `ada@acme.example`, `acme.example` and `acme` all find one address. A term
 * that several values hold may be there several times: the index counts it once.
 */
export function eventTerms(event: Readonly<Record<string, unknown>>): readonly string[] {
  const metadata = event['metadata'] as Readonly<Record<string, unknown>> | undefined
  const texts = new Set<string>()
  addTexts(texts, '', metadata?.['event_code'])
  addTexts(texts, '', metadata?.['original_event_uid'])
  for (const name of Object.keys(event)) if (!NOT_SEARCHED.has(name)) addTexts(texts, name, event[name])
  const terms: string[] = []
  for (const text of texts)
    for (const term of text.length <= MAX_TERM_LENGTH ? recentTerms(text) : termsOf(text)) terms.push(term)
  return terms
}

/** The terms that an event must have for the words of a query to occur in it. */
export function queryTerms(text: string): readonly string[] {
  return [...new Set(text.toWellFormed().toLowerCase().split(SPACE).filter(isTerm))]
}

const SPACE = /\s+/u
const SEPARATOR = /[\s@:/,;|()[\]{}<>"'=]+/u
const NO_WORD = /[^\p{L}\p{N}_]+/u
const isTerm = (word: string): boolean => word.length > 1 && word.length <= MAX_TERM_LENGTH

function addTexts(texts: Set<string>, name: string, value: unknown): void {
  if (typeof value === 'string') {
    // The readable twin of a timestamp is no word of the event.
    if (!name.endsWith('_dt')) texts.add(value)
  } else if (Array.isArray(value)) {
    for (const item of value) addTexts(texts, name, item)
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Readonly<Record<string, unknown>>
    for (const key of Object.keys(record)) addTexts(texts, key, record[key])
  }
}

/** Most words of an event are those of the events before it. */
const REMEMBERED = 4_000
const recentTerms = recent(termsOf, REMEMBERED)

function termsOf(text: string): readonly string[] {
  const terms = new Set<string>()
  for (const spaced of text.toWellFormed().toLowerCase().split(SPACE)) {
    terms.add(spaced)
    for (const part of spaced.split(SEPARATOR)) {
      terms.add(part)
      for (const word of part.split(NO_WORD)) terms.add(word)
    }
  }
  return [...terms].filter(isTerm)
}
