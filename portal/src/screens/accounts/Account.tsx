import { Anchor, Badge, Group, Paper, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { AccountDetail } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { call, useMay } from '../../api/session.ts'
import { Flag, StatusBadge } from '../../parts/AccountBadges.tsx'
import { Json } from '../../parts/Json.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../parts/States.tsx'
import { usePages } from '../../parts/usePages.ts'
import { EventTable } from '../activity/EventTable.tsx'
import { type Field, queryOf } from '../activity/filter.ts'
import { Histogram } from '../activity/Histogram.tsx'
import { AccountTable } from './AccountTable.tsx'
import { factsOf } from './facts.ts'

/** One account, or another thing of an app: what is known of it, and what it did. */
export function Account() {
  const { accountId } = useParams({ strict: false }) as { accountId: string }
  const may = useMay()
  const account = useQuery({
    queryKey: ['account', accountId],
    queryFn: ({ signal }) => call('getAccount', { params: { id: accountId } }, signal),
  })
  if (account.isPending) return <LoadingState />
  if (account.isError) return <ErrorState error={account.error} retry={() => account.refetch()} />
  const { data } = account
  const isPerson = data.kind === 'accounts'
  return (
    <Page title={data.name ?? data.email ?? data.uid ?? 'Without a name'} about={<About account={data} />}>
      <Known account={data} isPerson={isPerson} />
      {isPerson && data.email !== undefined && <Others account={data} email={data.email} />}
      {may('activity.read') && <Timeline account={data} isPerson={isPerson} />}
      <Json title="As the app said (OCSF)" text={JSON.stringify(data.event, null, 2)} />
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
      {account.isAdmin === true && <Badge color="rope">administrator</Badge>}
    </Group>
  )
}

function Known({ account, isPerson }: { readonly account: AccountDetail; readonly isPerson: boolean }) {
  const people: readonly (readonly [string, ReactNode])[] = isPerson
    ? [
        ['Second factor', <Flag key="mfa" value={account.hasMfa} yes="yes" no="none" />],
        ['Last sign-in', <Moment key="login" at={account.lastLoginAt} never="not known" />],
      ]
    : []
  const known: readonly (readonly [string, ReactNode])[] = [
    ['E-mail', account.email],
    ['Id in the app', account.uid],
    ...people,
    ['First read', <Moment key="first" at={account.firstSeenAt} />],
    ['Last read', <Moment key="last" at={account.lastSeenAt} />],
    ['Gone since', account.deletedAt && <Moment key="gone" at={account.deletedAt} />],
    ...factsOf(account.event).map(({ label, value }) => [label, value] as const),
  ]
  return (
    <Paper>
      <SimpleGrid cols={{ base: 2, md: 3, xl: 4 }} spacing="md">
        {known
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([label, value]) => (
            <div key={label} style={{ minWidth: 0 }}>
              <Text size="xs" c="dimmed">
                {label}
              </Text>
              <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
                {value}
              </Text>
            </div>
          ))}
      </SimpleGrid>
    </Paper>
  )
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
  const histogram = useQuery({
    queryKey: ['histogram', query],
    queryFn: ({ signal }) => call('getHistogram', { query: { ...query, buckets: 60 } }, signal),
  })
  const pages = usePages(['activity', query], (after, signal) =>
    call('searchActivity', { query: { ...query, limit: 25, after } }, signal),
  )
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={2}>The last 30 days</Title>
        <Group gap="sm">
          {isPerson && (
            <SegmentedControl
              size="xs"
              aria-label="Which side"
              value={role}
              onChange={(next) => setRole(next as keyof typeof ROLES)}
              data={Object.entries(ROLES).map(([value, { label }]) => ({ value, label }))}
            />
          )}
          <Anchor component={Link} to="/activity" search={filter as never} size="sm">
            In the explorer
          </Anchor>
        </Group>
      </Group>
      {(histogram.data?.total ?? 0) > 0 && (
        <Paper p="sm">
          <Histogram buckets={histogram.data?.buckets ?? []} toMs={Date.parse(query.to)} />
        </Paper>
      )}
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
        {(rows) => <EventTable rows={rows} />}
      </PagedList>
    </Stack>
  )
}
