import type { Complaint } from '../model/complaint.ts'
import type { Program, Template } from '../model/expression.ts'
import { complaintAt, type Remark } from './complain.ts'
import type { Draft } from './draft.ts'
import type { Node } from './node.ts'
import { extendPath, formatPath, type Path } from './path.ts'
import { keyPlace, type Located, type Site, valuePlace } from './walk.ts'

/** A manifest that was read and compared with the language: what the semantic checks look at, and where they complain. */
export type Study = {
  readonly draft: Draft
  readonly sites: readonly Site[]
  readonly located: ReadonlyMap<string, Located>
  readonly complaints: Complaint[]
  readonly meanings: Meanings
}

/** The expressions and templates of a manifest that could be compiled, by the path of their field. */
export type Meanings = {
  readonly programs: ReadonlyMap<string, Program>
  readonly templates: ReadonlyMap<string, Template>
}

/** What is known before the expressions are compiled. */
export type Reading = Omit<Study, 'meanings'>

/** Complains about the value at a path. */
export function complain(study: Study, path: Path, remark: Remark): void {
  study.complaints.push(complaintAt(valuePlace(study.located, path), path, remark))
}

/** Complains about the key at a path: something is missing in it, or it should not be there. */
export function complainKey(study: Study, path: Path, remark: Remark): void {
  study.complaints.push(complaintAt(keyPlace(study.located, path), path, remark))
}

/** Whether the author wrote something at a path, be it right or wrong. */
export function isWritten(study: Pick<Study, 'located'>, path: Path): boolean {
  return study.located.has(formatPath(path))
}

/** The keys an author wrote in the map at a path. */
export function keysAt(study: Pick<Study, 'located'>, path: Path): readonly string[] {
  const node: Node | undefined = study.located.get(formatPath(path))?.node
  return node?.kind === 'map' ? node.entries.map(({ key }) => key) : []
}

type Meaning = Exclude<Site, { kind: 'reference' }>
const indexes = new WeakMap<readonly Site[], ReadonlyMap<string, readonly Meaning[]>>()

/** The expressions and templates at a path and below it. */
export function meaningsAt({ sites }: Pick<Reading, 'sites'>, path: Path): readonly Meaning[] {
  const index = indexes.get(sites) ?? indexOf(sites)
  indexes.set(sites, index)
  return index.get(formatPath(path)) ?? []
}

function indexOf(sites: readonly Site[]): ReadonlyMap<string, readonly Meaning[]> {
  const index = new Map<string, Meaning[]>()
  for (const site of sites) {
    if (site.kind === 'reference') continue
    let at = ''
    for (const step of site.path) {
      at = extendPath(at, step)
      const known = index.get(at)
      if (known === undefined) index.set(at, [site])
      else known.push(site)
    }
  }
  return index
}

/** What an expression or template compiled to: nothing when it could not be. */
export function programsOf(study: Study, { where }: Meaning): readonly Program[] | undefined {
  const program = study.meanings.programs.get(where)
  return program === undefined ? study.meanings.templates.get(where)?.programs : [program]
}
