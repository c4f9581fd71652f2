import type { Complaint } from '../model/complaint.ts'
import type { TypeName } from '../model/expression.ts'
import type { ScopeName } from '../model/language/field.ts'
import { complaintAt, type Remark } from './complain.ts'
import type { Around } from './elsewhere.ts'
import type { Node, ScalarNode } from './node.ts'
import { formatPath, type Path } from './path.ts'
import type { ReferenceTarget } from './schema.ts'
import { type Place, placeAt, type Source } from './source.ts'

/** Where something of the manifest stands: its value, and the key before it where it has one. */
export type Located = {
  readonly node: Node
  readonly key?: { readonly source: Source; readonly start: number }
}

/** A text of the manifest that means more than itself. */
export type Site =
  | {
      readonly kind: 'expression'
      readonly path: Path
      /** The path as text. */
      readonly where: string
      readonly node: ScalarNode
      readonly text: string
      readonly scope: ScopeName
      readonly type: TypeName
    }
  | {
      readonly kind: 'template'
      readonly path: Path
      /** The path as text. */
      readonly where: string
      readonly node: ScalarNode
      readonly text: string
      readonly scope: ScopeName
      readonly secrets: boolean
    }
  | {
      readonly kind: 'reference'
      readonly path: Path
      /** The path as text. */
      readonly where: string
      readonly node: ScalarNode
      readonly text: string
      readonly target: ReferenceTarget
    }

/** What a walk over the manifest collects. */
export type Walk = {
  /** The tree of a file that the manifest names; complaints about it are made here, once. */
  readonly open: (file: string) => Node | 'missing' | 'broken'
  /** The YAML files there are. */
  readonly files: readonly string[]
  readonly complaints: Complaint[]
  readonly located: Map<string, Located>
  readonly sites: Site[]
}

/** What lies above the place of a walk. */
export type Context = {
  readonly path: Path
  /** The path as text. */
  readonly where: string
  /** Objects around this one, nearest first: where a misplaced key may belong. */
  readonly around: readonly Around[]
}

/** Complains at the value. */
export function atValue(walk: Walk, node: Node, path: Path, remark: Remark): undefined {
  walk.complaints.push(complaintAt(placeAt(node.source, node.start), path, remark))
}

/** Complains at the key before the value, else at the value. */
export function atKey(walk: Walk, path: Path, remark: Remark): undefined {
  walk.complaints.push(complaintAt(keyPlace(walk.located, path), path, remark))
}

/** Where the value at a path stands; where it is absent, the nearest thing above it. */
export function valuePlace(located: ReadonlyMap<string, Located>, path: Path): Place {
  const found = located.get(formatPath(path))
  if (found !== undefined) return placeAt(found.node.source, found.node.start)
  return path.length === 0 ? { file: '', line: 1, column: 1 } : keyPlace(located, path.slice(0, -1))
}

/** Where the key of the value at a path stands. */
export function keyPlace(located: ReadonlyMap<string, Located>, path: Path): Place {
  const found = located.get(formatPath(path))
  if (found?.key !== undefined) return placeAt(found.key.source, found.key.start)
  return valuePlace(located, path)
}
