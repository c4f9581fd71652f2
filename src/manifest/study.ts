import type { Complaint } from '../model/complaint.ts'
import type { Program, Template } from '../model/expression.ts'
import { complaintAt, type Remark } from './complain.ts'
import type { Draft } from './draft.ts'
import type { Node } from './node.ts'
import { formatPath, type Path } from './path.ts'
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

/** The expressions and templates at a path and below it. */
export function meaningsAt(study: Reading, path: Path): readonly Meaning[] {
  const at = formatPath(path)
  return study.sites.filter(
    (site): site is Meaning =>
      site.kind !== 'reference' &&
      site.where.startsWith(at) &&
      /^(?:$|[.[])/.test(site.where.slice(at.length)),
  )
}

/** What an expression or template compiled to: nothing when it could not be. */
export function programsOf(study: Study, { where }: Meaning): readonly Program[] | undefined {
  const program = study.meanings.programs.get(where)
  return program === undefined ? study.meanings.templates.get(where)?.programs : [program]
}
