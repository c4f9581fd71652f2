import { nearest } from '../lib/nearest.ts'
import { complaintAt } from './complain.ts'
import type { MapEntry, MapNode, Node, ScalarNode } from './node.ts'
import { formatPath, type Path } from './path.ts'
import { placeAt } from './source.ts'
import { atValue, type Walk } from './walk.ts'

const SAFE_PATH = /^(?!\/)(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.ya?ml$/

/**
 * What stands at a place that may also name files: the piece itself, or the content of the file or files named there. Maps of
 * several files become one map, level by level.
 */
export function walkFiles(walk: Walk, node: Node, path: Path): Node | undefined {
  const names = namesOf(node)
  if (names === undefined) return node
  const trees = names.map((name) => openFile(walk, name, path)).filter((tree) => tree !== undefined)
  const [first, ...rest] = trees
  return rest.reduce<Node | undefined>(
    (merged, tree) => merged && mergeNodes(walk, merged, tree, path),
    first,
  )
}

function namesOf(node: Node): readonly ScalarNode[] | undefined {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? [node] : undefined
  if (node.kind === 'list' && node.items.every((item) => item.kind === 'scalar')) return node.items
  return undefined
}

function openFile(walk: Walk, name: ScalarNode, path: Path): Node | undefined {
  const file = String(name.value)
  if (!SAFE_PATH.test(file))
    return atValue(walk, name, path, {
      code: 'FILE_PATH_INVALID',
      message: `${JSON.stringify(file)} is not a path to a YAML file of this folder`,
      hint: 'e.g. mappings/audit.yaml',
    })
  const tree = walk.open(file)
  if (tree === 'missing')
    return atValue(walk, name, path, {
      code: 'FILE_MISSING',
      message: `there is no file ${file}`,
      hint: near(file, walk.files),
    })
  return tree === 'broken' ? undefined : tree
}

function near(file: string, files: readonly string[]): string | undefined {
  const base = (path: string) => path.split('/').at(-1)
  const meant = nearest(file, files) ?? files.find((other) => base(other) === base(file))
  return meant === undefined ? undefined : `did you mean ${meant}?`
}

function mergeNodes(walk: Walk, a: Node, b: Node, path: Path): Node | undefined {
  if (a.kind === 'map' && b.kind === 'map') return mergeMaps(walk, a, b, path)
  return atValue(walk, b, path, {
    code: 'KEY_REPEATED',
    message: 'two files give this part, and it is not a map',
    hint: 'keep it in one file',
  })
}

function mergeMaps(walk: Walk, a: MapNode, b: MapNode, path: Path): MapNode {
  const entries = new Map(a.entries.map((entry) => [entry.key, entry]))
  for (const entry of b.entries) {
    const known = entries.get(entry.key)
    entries.set(entry.key, known === undefined ? entry : mergeEntries(walk, known, entry, path))
  }
  return { ...a, entries: [...entries.values()] }
}

/** Only the sections of a part (`events`, `tables`) may be spread over files; a name within them is given once. */
function mergeEntries(walk: Walk, a: MapEntry, b: MapEntry, path: Path): MapEntry {
  if (path.at(-1) === 'map' && SECTIONS.has(a.key) && a.value.kind === 'map' && b.value.kind === 'map')
    return { ...a, value: mergeMaps(walk, a.value, b.value, []) }
  const place = placeAt(b.keySource, b.keyStart)
  walk.complaints.push(
    complaintAt(place, [...path, b.key], {
      code: 'KEY_REPEATED',
      message: `"${b.key}" is given in ${a.keySource.file} already`,
      hint: `each name stands once in ${formatPath(path)}`,
    }),
  )
  return a
}

const SECTIONS: ReadonlySet<string> = new Set(['events', 'tables'])
