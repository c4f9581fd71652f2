import { Alert, Autocomplete, Button, Group, Text } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconAlertTriangle, IconHistory, IconShieldCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuditVerdict } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { notifyFailure } from '../../parts/notify.ts'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { formatCount } from '../../parts/time.ts'
import { useAddress } from '../../parts/useAddress.ts'
import { usePages } from '../../parts/usePages.ts'
import { AuditTable } from './AuditTable.tsx'

/** Who changed what; every entry holds the hash of the one before. */
export function Audit() {
  const [{ action, actor }, choose] = useAddress<'action' | 'actor'>()
  const query = { action, actor }
  const pages = usePages(['audit', query], (after, signal) =>
    call('listAudit', { query: { ...query, limit: 50, after } }, signal),
  )
  const verify = useMutation({ mutationFn: () => call('verifyAudit', {}), onError: notifyFailure })
  const known = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const isFiltered = action !== undefined || actor !== undefined
  return (
    <Page
      title="Audit trail"
      about="Who changed what in your organisation. Entries are chained: one that is altered or taken out is found."
      actions={
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} />}
          loading={verify.isPending}
          onClick={() => verify.mutate()}
          data-testid="verify"
        >
          Verify the chain
        </Button>
      }
    >
      {verify.isSuccess && <Verdict verdict={verify.data} />}
      <Group gap="xs">
        <Filter
          label="Action"
          value={action ?? ''}
          known={known.map((entry) => entry.action)}
          search={(text) => choose({ action: text })}
        />
        <Filter
          label="Who"
          value={actor ?? ''}
          known={known.map((entry) => String(entry.actor['name'] ?? ''))}
          search={(text) => choose({ actor: text })}
        />
      </Group>
      <PagedList
        pages={pages}
        more="Earlier entries"
        empty={
          <EmptyState
            icon={<IconHistory size={40} stroke={1.2} />}
            title={isFiltered ? 'No entry fits' : 'Nothing was changed yet'}
          >
            {isFiltered
              ? 'The action and the name are compared whole: pick one of those on offer.'
              : 'Every change of a connection, member, key or setting appears here.'}
          </EmptyState>
        }
      >
        {(entries) => <AuditTable entries={entries} />}
      </PagedList>
    </Page>
  )
}

type FilterProps = {
  readonly label: string
  readonly value: string
  readonly known: readonly string[]
  readonly search: (text: string) => void
}

function Filter({ label, value, known, search }: FilterProps) {
  const [text, setText] = useState(value)
  const later = useDebouncedCallback(search, 300)
  return (
    <Autocomplete
      aria-label={label}
      placeholder={label}
      flex="1 1 200px"
      maw={{ base: 'none', xs: 280 }}
      clearable
      data={[...new Set(known)].filter((word) => word !== '').toSorted()}
      value={text}
      onChange={(next) => {
        setText(next)
        later(next)
      }}
    />
  )
}

function Verdict({ verdict: { isIntact, entries, head, brokenAt } }: { readonly verdict: AuditVerdict }) {
  if (!isIntact)
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconAlertTriangle size={18} />}
        title={`The chain is broken at entry ${brokenAt ?? ''}`}
      >
        {formatCount(entries)} entries before it are as they were written. From there on somebody changed the
        table by hand: compare with a backup.
      </Alert>
    )
  return (
    <Alert
      color="teal"
      variant="light"
      icon={<IconShieldCheck size={18} />}
      title={`All ${formatCount(entries)} entries are as they were written`}
      data-testid="verdict"
    >
      <Text size="sm">Keep this hash elsewhere, and you can prove it later:</Text>
      <Text size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
        {head}
      </Text>
    </Alert>
  )
}
