import type { SavedQueriesPort } from '../api/services.ts'

type SavedQuery = Awaited<ReturnType<SavedQueriesPort['save']>>

const suggested = (id: string, name: string, where: readonly string[], last = '7d'): SavedQuery => ({
  id: `suggested_${id}`,
  name,
  query: { last, where: [...where] },
  isSuggested: true,
})

/** Questions analysts ask first. Actions are those of docs/actions.md; a test compares. */
export const SUGGESTED_QUERIES: readonly SavedQuery[] = [
  suggested('failed_sign_ins', 'Failed sign-ins', ['action:is:login', 'status:is:Failure']),
  suggested('sign_ins_by_country', 'Sign-ins with a country', ['action:is:login', 'country:exists:']),
  suggested('severe', 'Severe events', ['severity:is:High|Critical|Fatal']),
  suggested('account_changes', 'Accounts made, changed and deleted', ['action:startsWith:account.'], '30d'),
  suggested('unmapped', 'Events nobody has mapped yet', ['class:is:API Activity']),
]
