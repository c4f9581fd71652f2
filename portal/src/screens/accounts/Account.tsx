import { Anchor, Badge, Group, Paper, SegmentedControl, Stack, Title } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { AccountDetail } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { call, useMay } from '../../api/session.ts'
import { Flag, StatusBadge } from '../../parts/AccountBadges.tsx'
import { type FactItem, Facts } from '../../parts/Facts.tsx'
import { Json } from '../../parts/Json.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { type Back, Loaded, Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { usePages } from '../../parts/usePages.ts'
import { ActivityChart } from '../activity/ActivityChart.tsx'
import { EventTable } from '../activity/EventTable.tsx'
import { type Field, queryOf } from '../activity/filter.ts'
import { AccountTable } from './AccountTable.tsx'
import { factsOf } from './facts.ts'
import { KINDS, type Kind } from './Inventory.tsx'

/** One account, or another thing of an app: what is known of it, and what it did. */
export function Account() {
  const { accountId } = useParams({ strict: false }) as { accountId: string }
  const account = useQuery({
    queryKey: ['account', accountId],
    queryFn: ({ signal }) => call('getAccount', { params: { id: accountId } }, signal),
  })
  const isInventory = useLocation().pathname.startsWith('/inventory')
  return (
    <Loaded query={account} what="Account" back={backOf(isInventory ? account.data?.kind : 'accounts')}>
      {(data) => <Known account={data} back={backOf(data.kind)} />}
    </Loaded>
  )
}

/** The list a thing is in. */
function backOf(kind = 'grants'): Back {
  if (kind === 'accounts') return { label: 'Accounts', to: '/accounts' }
  const label = kind in KINDS ? KINDS[kind as Kind][0] : 'Inventory'
  return { label, to: '/inventory', search: { kind } }
}

function Known({ account, back }: { readonly account: AccountDetail; readonly back: Back }) {
  const may = useMay()
  const isPerson = account.kind === 'accounts'
  return (
    <Page
      title={account.name ?? account.email ?? account.uid ?? 'Without a name'}
      back={back}
      about={<About account={account} />}
    >
      <Paper>
        <Facts items={knownOf(account, isPerson)} />
      </Paper>
      {isPerson && account.email !== undefined && <Others account={account} email={account.email} />}
      {may('activity.read') && <Timeline account={account} isPerson={isPerson} />}
      <Json title="As the app said (OCSF)" text={JSON.stringify(account.event, null, 2)} />
    </Page>
  )
}

function About({ account }: { readonly account: AccountDetail }) {
  const nameOf = useConnectionName()
  return (
    <Group gap="xs" component="span">
      <Anchor component={Link} to={`/apps/${account.connection}`} size="sm">
        {nameOf(account.connection) ?? account.app}
      </Anchor>
      <StatusBadge status={account.status} deletedAt={account.deletedAt} />
      {account.isAdmin === true && <Badge color="rope">Administrator</Badge>}
    </Group>
  )
}

function knownOf(account: AccountDetail, isPerson: boolean): readonly FactItem[] {
  const { email, uid, name, status, hasMfa, isAdmin, deletedAt } = account
  const isBad = hasMfa === false && isAdmin === true
  const people: readonly FactItem[] = isPerson
    ? [
        ['Second factor', <Flag key="mfa" value={hasMfa} yes="Yes" no="None" isBad={isBad} />],
        ['Last sign-in', <Moment key="login" at={account.lastLoginAt} never="Not known" />],
      ]
    : []
  return [
    ['E-mail', email],
    ['Id in the app', uid],
    ...people,
    ['First read', <Moment key="first" at={account.firstSeenAt} />],
    ['Last read', <Moment key="last" at={account.lastSeenAt} />],
    ['Gone since', deletedAt && <Moment key="gone" at={deletedAt} />],
    ...factsOf(account.event, [email, uid, name, status]).map(({ label, value }) => [label, value] as const),
  ]
}

/** The same person elsewhere: what an app's account is worth shows in the others. */
function Others({ account, email }: { readonly account: AccountDetail; readonly email: string }) {
  const others = useQuery({
    queryKey: ['accounts', 'same', email],
    queryFn: ({ signal }) => call('listAccounts', { query: { search: email, limit: 20 } }, signal),
  })
  const same = (others.data?.items ?? []).filter(
    (other) => other.id !== account.id && other.email?.toLowerCase() === email.toLowerCase(),
  )
  if (same.length === 0) return null
  return (
    <Stack gap="xs">
      <Title order={2}>The same address elsewhere</Title>
      <AccountTable accounts={same} />
    </Stack>
  )
}

const ROLES: Readonly<Record<'did' | 'undergone', { label: string; person: Field; thing: Field }>> = {
  did: { label: 'What it did', person: 'actor', thing: 'resource' },
  undergone: { label: 'What was done to it', person: 'target', thing: 'resource' },
}

/** Thirty days of it in its app. */
function Timeline({ account, isPerson }: { readonly account: AccountDetail; readonly isPerson: boolean }) {
  const [role, setRole] = useState<keyof typeof ROLES>('did')
  const [nowMs] = useState(() => Date.now())
  const names = [account.email, account.uid, account.name].filter((name) => name !== undefined)
  const field = isPerson ? ROLES[role].person : ROLES[role].thing
  const where = [`connection:is:${account.connection}`, `${field}:is:${[...new Set(names)].join('|')}`]
  const filter = { last: '30d', where }
  const query = queryOf(filter, nowMs)
  const pages = usePages(['activity', query], (after, signal) =>
    call('searchActivity', { query: { ...query, limit: 25, after } }, signal),
  )
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={2}>Activity</Title>
        {isPerson && (
          <SegmentedControl
            size="xs"
            aria-label="Which side"
            value={role}
            onChange={(next) => setRole(next as keyof typeof ROLES)}
            data={Object.entries(ROLES).map(([value, { label }]) => ({ value, label }))}
          />
        )}
      </Group>
      <PagedList
        pages={pages}
        more="Earlier events"
        empty={
          <EmptyState icon={<IconActivity size={40} stroke={1.2} />} title="Nothing in 30 days">
            {role === 'did' && isPerson
              ? 'It did nothing that the app tells of. An account that nobody uses is worth a question.'
              : 'Nothing happened to it that the app tells of.'}
          </EmptyState>
        }
      >
        {(rows) => (
          <>
            <ActivityChart filter={filter} about="in 30 days" />
            <EventTable rows={rows} isOfOneUser={isPerson && role === 'did'} />
          </>
        )}
      </PagedList>
    </Stack>
  )
}
