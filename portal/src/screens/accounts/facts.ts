/** What an inventory event says of its thing, as lines to read: `sharing, public links` and `allowed`. */
export type Fact = { readonly label: string; readonly value: string }

/** Said elsewhere on the page, or said twice in the event. */
const KNOWN = new Set(['uid', 'name', 'email_addr', 'type_id', 'has_mfa'])

export function factsOf(event: Readonly<Record<string, unknown>>): readonly Fact[] {
  const resources = event['resources']
  const thing = event['user'] ?? (Array.isArray(resources) ? resources[0] : undefined)
  return [...leaves(thing, []), ...leaves(event['unmapped'], [])]
}

function leaves(value: unknown, path: readonly string[]): Fact[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.length === 0 ? [] : [{ label: labelOf(path), value: value.join(', ') }]
  if (typeof value !== 'object') return [{ label: labelOf(path), value: String(value) }]
  const entries = Object.entries(value)
  const names = new Set(entries.map(([name]) => name))
  return entries
    .filter(([name]) => !(path.length === 0 && KNOWN.has(name)) && !names.has(`${name}_dt`))
    .flatMap(([name, part]) => leaves(part, [...path, name]))
}

/** `data.two_factor.required_for` as people would write it. */
const labelOf = (path: readonly string[]): string =>
  path
    .filter((name) => name !== 'data')
    .map((name) =>
      /^\d+$/.test(name)
        ? String(Number(name) + 1)
        : name
            .replace(/_dt$/, '')
            .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
            .replaceAll('_', ' ')
            .toLowerCase(),
    )
    .join(', ')
