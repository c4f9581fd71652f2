import { useNavigate, useSearch } from '@tanstack/react-router'

/** What is chosen on a screen, as it stands in its address: a link to it shows the same. */
export function useAddress<K extends string>(): readonly [
  { readonly [name in K]?: string },
  (change: { readonly [name in K]?: string | null }) => void,
] {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>
  const navigate = useNavigate()
  const known = Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])) as {
    readonly [name in K]?: string
  }
  const change = (next: { readonly [name in K]?: string | null }): void => {
    const all = Object.entries({ ...known, ...next }).filter(([, value]) => value !== null && value !== '')
    void navigate({ to: '.', search: Object.fromEntries(all) as never, replace: true })
  }
  return [known, change]
}
