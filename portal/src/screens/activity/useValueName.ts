import { useQuery } from '@tanstack/react-query'
import { appsQuery, useConnectionName } from '../../api/queries.ts'
import { countryName } from '../../parts/names.ts'
import type { Field } from './filter.ts'

/** What people call a value of a field: an app by its name, a country by its name, nothing by a word. */
export function useValueName(): (field: Field, value: string) => string {
  const { data: apps } = useQuery(appsQuery)
  const connectionName = useConnectionName()
  return (field, value) => {
    if (value === '') return 'None'
    if (field === 'app') return apps?.items.find(({ id }) => id === value)?.name ?? value
    if (field === 'connection') return connectionName(value) ?? value
    return field === 'country' ? countryName(value) : value
  }
}
