import { nearest } from '../lib/nearest.ts'
import { attributeAt } from './attribute-at.ts'
import { type AttributePath, formatAttributePath, parseAttributePath } from './attribute-path.ts'
import { memoize } from './memoize.ts'
import { type Attribute, CLASS_NAMES, classByName, requireClass } from './tables.ts'
import { CLASS_WORDS, COMMON_ROOTS, FIXED, GROUPS, type GroupName, LAYOUTS } from './vocabulary-table.ts'
import { plainWord } from './words.ts'

/** Where a short word of a mapping lands in the events of a class. */
export type Landing = { readonly path: AttributePath; readonly attribute: Attribute }

/** All words a mapping may use, e.g. `time`, `actor.email`: the same in every class. */
export const SHORT_ATTRIBUTES: readonly string[] = Object.entries(GROUPS).flatMap(([group, words]) =>
  words.length === 0 ? [group] : words.map((word) => `${group}.${word}`),
)
const KNOWN: ReadonlySet<string> = new Set(SHORT_ATTRIBUTES)

/**
 * Where a short word lands: `actor.email` in 3002 is `actor.user.email_addr`.
 *
 * Every known word lands somewhere in every class: what the class has no attribute for goes to `unmapped`, so that one
 * `common` block serves rows of all classes. `undefined`: there is no such word.
 */
export function landing(classUid: number, short: string): Landing | undefined {
  if (!KNOWN.has(short)) return undefined
  for (const path of candidates(classUid, short)) {
    const { attribute } = attributeAt(classUid, path)
    if (attribute !== undefined) return { path: parseAttributePath(path)!, attribute }
  }
  return undefined
}

/** In order of preference; the last one, in `unmapped`, exists in every class. */
function candidates(classUid: number, short: string): string[] {
  const [group, word] = short.split('.') as [GroupName, string | undefined]
  const { roots = {}, words = {} } = CLASS_WORDS[classUid] ?? {}
  const root = roots[group] ?? COMMON_ROOTS[group]
  const object = root === undefined ? undefined : attributeAt(classUid, root).attribute?.object
  const below = LAYOUTS[object ?? '']?.[word ?? '']
  return [
    words[short],
    below && `${root}.${below}`,
    words[short] === undefined ? FIXED[short] : undefined,
    root && word && `${root}.data.${word}`,
    `unmapped.${short}`,
  ].filter((path): path is string => Boolean(path))
}

/** Each short word with the OCSF attribute it lands in, for the reference page of a class. */
export function shortAttributes(
  classUid: number,
): readonly { readonly short: string; readonly path: string }[] {
  return SHORT_ATTRIBUTES.map((short) => ({
    short,
    path: formatAttributePath(landing(classUid, short)!.path),
  }))
}

/** What to say about a short word that does not exist. */
export function shortAttributeProblem(short: string): string {
  const [group = '', word = ''] = short.split('.')
  if (!(group in GROUPS)) return `there is no "${group}"${didYouMean(group, Object.keys(GROUPS))}`
  const words: readonly string[] = GROUPS[group as GroupName]
  if (words.length === 0) return `"${group}" is one value, not a group`
  return `"${group}" has no "${word}"${didYouMean(word, words)}`
}

const didYouMean = (word: string, known: readonly string[]): string => {
  const meant = nearest(word, known)
  return meant === undefined ? `; it has ${known.join(', ')}` : `; did you mean "${meant}"?`
}

/** The uid of a class by its OCSF name, or what to say instead. */
export function classByWord(word: string): { readonly uid: number } | { readonly problem: string } {
  const found = classByName(word)
  if (found !== undefined) return { uid: found.uid }
  const meant = nearest(word, CLASS_NAMES)
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
  return { problem: `OCSF has no class "${word}"${hint}` }
}

/**
 * An activity of a class by its caption in any spelling.
 *
 * A word that the class lacks is `Other` with that word as its name, as OCSF wants it.
 */
export function activityByWord(classUid: number, word: string): Activity {
  return knownActivities(classUid).get(plainWord(word)) ?? { id: 99, name: word }
}

type Activity = { readonly id: number; readonly name: string }

const knownActivities = memoize((classUid: number): ReadonlyMap<string, Activity> => {
  const captions = Object.entries(requireClass(classUid).attributes.get('activity_id')!.enum!)
  const known = captions.filter(([id]) => id !== '99')
  return new Map(known.map(([id, name]) => [plainWord(name), { id: Number(id), name }]))
})

/** The activities of a class in snake case, for documentation and suggestions. */
export function activityWords(classUid: number): readonly string[] {
  const captions = requireClass(classUid).attributes.get('activity_id')!.enum!
  return Object.values(captions).map((caption) => caption.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'))
}
