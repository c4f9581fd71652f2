/** Below these are facts about us and the tenant, the same in every event, or copies of what stands elsewhere. */
const NOT_SEARCHED = new Set(['metadata', 'cloud', 'observables', 'category_name', 'type_name'])
const MAX_TERM_LENGTH = 200

/**
 * What free text can find an event by, in lower case: each value, the parts of it between spaces and common
 * separators, and the bare words in those, so that `ada@acme.example`, `acme.example` and `acme` all find one address.
 */
export function eventTerms(event: Readonly<Record<string, unknown>>): readonly string[] {
  const terms = new Set<string>()
  const metadata = event['metadata'] as Readonly<Record<string, unknown>> | undefined
  addTerms(terms, metadata?.['event_code'])
  addTerms(terms, metadata?.['original_event_uid'])
  for (const [name, value] of Object.entries(event)) if (!NOT_SEARCHED.has(name)) addValue(terms, name, value)
  return [...terms]
}

/** The terms that an event must have for the words of a query to occur in it. */
export function queryTerms(text: string): readonly string[] {
  return [...new Set(text.toWellFormed().toLowerCase().split(SPACE).filter(isTerm))]
}

const SPACE = /\s+/u
const SEPARATOR = /[\s@:/,;|()[\]{}<>"'=]+/u
const NO_WORD = /[^\p{L}\p{N}_]+/u
const isTerm = (word: string): boolean => word.length > 1 && word.length <= MAX_TERM_LENGTH

function addValue(terms: Set<string>, name: string, value: unknown): void {
  if (typeof value === 'string') {
    // The readable twin of a timestamp is no word of the event.
    if (!name.endsWith('_dt')) addTerms(terms, value)
  } else if (Array.isArray(value)) {
    for (const item of value) addValue(terms, name, item)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) addValue(terms, key, item)
  }
}

function addTerms(terms: Set<string>, value: unknown): void {
  if (typeof value !== 'string') return
  for (const spaced of value.toWellFormed().toLowerCase().split(SPACE)) {
    if (terms.has(spaced)) continue
    addTerm(terms, spaced)
    for (const part of spaced.split(SEPARATOR)) {
      addTerm(terms, part)
      for (const word of part.split(NO_WORD)) addTerm(terms, word)
    }
  }
}

function addTerm(terms: Set<string>, word: string): void {
  if (isTerm(word)) terms.add(word)
}
