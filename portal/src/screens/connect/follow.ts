import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { NextStep } from '../../api/client.generated.ts'
import { codeKey } from './code-key.ts'

/** Goes on where an answer leads: to the app's own page, to the code that is typed there, or nowhere. @returns whether it went */
export function useFollow(): (next: NextStep) => Promise<boolean> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (next) => {
    const { connection, step, url, code } = next
    await queries.invalidateQueries({ queryKey: ['connections'] })
    if (step !== 'consent') return false
    if (url !== undefined) window.location.assign(url)
    if (code === undefined) return url !== undefined
    queries.setQueryData(codeKey(connection.id), next)
    const search = { connection: connection.id }
    await navigate({ to: `/catalog/${connection.app.id}/connect`, search: search as never, replace: true })
    return true
  }
}
