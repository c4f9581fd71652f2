/** Target, then parameters; a quoted value may hold commas and semicolons. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+\*?\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)/g
const REL = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*))/i

/**
 * The address that a Link header names for a relation, as written.
 *
 * @param header all Link headers, joined with commas.
 * @see RFC 8288 section 3: a link may have several relations, their case does not matter, and the first `rel` counts.
 */
export function linkTarget(header: string | undefined, relation: string): string | undefined {
  for (const [, target, parameters] of (header ?? '').matchAll(LINK)) {
    const rel = REL.exec(parameters ?? '')
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/)
    if (relations.includes(relation.toLowerCase())) return target
  }
  return undefined
}
