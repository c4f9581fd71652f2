import { Button, Checkbox, Group, Select } from '@mantine/core'
import { IconFilterOff, IconUserCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { connectionsQuery } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { capital } from '../../parts/names.ts'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { SearchInput } from '../../parts/SearchInput.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { usePages } from '../../parts/usePages.ts'
import { AccountTable } from './AccountTable.tsx'

type Name = 'search' | 'connection' | 'status' | 'admin' | 'mfa' | 'deleted'
type Chosen = ReturnType<typeof useAddress<Name>>[0]

const MFA = ['yes', 'no', 'unknown'] as const

const queryOf = ({ search, connection, status, admin, mfa, deleted }: Chosen) => ({
  kind: 'accounts',
  search,
  connection,
  status,
  admin: admin === undefined ? undefined : admin === 'true',
  mfa: MFA.find((word) => word === mfa),
  deleted: deleted === 'true' ? true : undefined,
})

/** Everybody, in every app. */
export function Accounts() {
  const [chosen, choose] = useAddress<Name>()
  const query = queryOf(chosen)
  const pages = usePages(['accounts', query], (after, signal) =>
    call('listAccounts', { query: { ...query, limit: 50, after } }, signal),
  )
  const isFiltered = Object.keys(chosen).length > 0
  const clear = () =>
    choose({ search: null, connection: null, status: null, admin: null, mfa: null, deleted: null })
  return (
    <Page title="Accounts" about="Everybody who can sign in to a connected app, as the apps last said.">
      <Filters chosen={chosen} choose={choose} />
      <PagedList
        pages={pages}
        more="More accounts"
        empty={
          <EmptyState
            icon={<IconUserCircle size={40} stroke={1.2} />}
            title={isFiltered ? 'No account fits' : 'No account is known yet'}
            action={
              isFiltered ? (
                <Button variant="default" leftSection={<IconFilterOff size={16} />} onClick={clear}>
                  Clear the filters
                </Button>
              ) : (
                <Button component={Link} to="/apps">
                  Open apps
                </Button>
              )
            }
          >
            {isFiltered
              ? 'Try part of a name or address, or clear a filter.'
              : 'Connect an app and choose accounts: they are read first, within a minute.'}
          </EmptyState>
        }
      >
        {(accounts) => <AccountTable accounts={accounts} />}
      </PagedList>
    </Page>
  )
}

type FiltersProps = {
  readonly chosen: Chosen
  readonly choose: ReturnType<typeof useAddress<Name>>[1]
}

const WORDS = {
  status: ['active', 'suspended', 'locked', 'invited', 'deleted'].map((value) => ({
    value,
    label: capital(value),
  })),
  admin: [
    { value: 'true', label: 'Administrators' },
    { value: 'false', label: 'Others' },
  ],
  mfa: [
    { value: 'yes', label: 'With a second factor' },
    { value: 'no', label: 'Without a second factor' },
    { value: 'unknown', label: 'Not known' },
  ],
} as const

function Filters({ chosen, choose }: FiltersProps) {
  const connections = useQuery(connectionsQuery)
  const apps = (connections.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const select = (name: Name, label: string, data: readonly { value: string; label: string }[]) => (
    <Select
      aria-label={label}
      placeholder={label}
      data={[...data]}
      clearable
      flex="1 1 150px"
      maw={210}
      value={chosen[name] ?? null}
      onChange={(value) => choose({ [name]: value })}
    />
  )
  return (
    <Group gap="xs">
      <SearchInput
        aria-label="Search accounts"
        placeholder="Name, e-mail or id"
        flex="2 1 240px"
        value={chosen.search ?? ''}
        search={(search) => choose({ search })}
      />
      {select('connection', 'App', apps)}
      {select('status', 'Status', WORDS.status)}
      {select('admin', 'Administrator', WORDS.admin)}
      {select('mfa', 'Second factor', WORDS.mfa)}
      <Checkbox
        label="Include gone accounts"
        checked={chosen.deleted === 'true'}
        onChange={(event) => choose({ deleted: event.currentTarget.checked ? 'true' : null })}
      />
    </Group>
  )
}
