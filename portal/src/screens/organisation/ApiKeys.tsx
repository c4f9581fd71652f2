import { Anchor, Badge, Box, Button, Group, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKey, CreatedApiKey } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Moment, useNow } from '../../parts/Moment.tsx'
import { notifyFailure } from '../../parts/notify.ts'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { Scopes } from '../../parts/Scopes.tsx'
import { ShownOnce } from '../../parts/ShownOnce.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { isEmpty, usePages } from '../../parts/usePages.ts'
import { ApiKeyForm } from './ApiKeyForm.tsx'

/** Keys with which programs ask the API. */
export function ApiKeys() {
  const [made, setMade] = useState<CreatedApiKey>()
  const pages = usePages(['api-keys'], (after, signal) =>
    call('listApiKeys', { query: { limit: 100, after } }, signal),
  )
  const create = () =>
    modals.open({
      title: 'Make an API key',
      children: (
        <ApiKeyForm
          done={(key) => {
            setMade(key)
            modals.closeAll()
          }}
        />
      ),
    })
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create} data-testid="create-key">
      Make a key
    </Button>
  )
  return (
    <Page
      title="API keys"
      about={
        <>
          For programs that ask the API. What the API does is described under{' '}
          <Anchor href="/docs" target="_blank" rel="noreferrer" inherit>
            API reference
          </Anchor>
          .
        </>
      }
      actions={!isEmpty(pages) && button}
    >
      {made !== undefined && (
        <ShownOnce
          title={`The key ${made.name}`}
          secret={made.key}
          about="Copy it now. It is shown this once and kept only as a hash: nobody can read it again."
          done={() => setMade(undefined)}
        />
      )}
      <PagedList
        pages={pages}
        more="More keys"
        empty={
          <EmptyState icon={<IconKey size={40} stroke={1.2} />} title="No key yet" action={button}>
            A key belongs to the organisation and may do what you choose, never more than you may.
          </EmptyState>
        }
      >
        {(keys) => <KeyTable keys={keys} />}
      </PagedList>
    </Page>
  )
}

function KeyTable({ keys }: { readonly keys: readonly ApiKey[] }) {
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: (id: string) => call('revokeApiKey', { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
    onError: notifyFailure,
  })
  const columns: readonly Column<ApiKey>[] = [
    {
      title: 'Key',
      cell: ({ name, prefix, createdAt }) => (
        <>
          <Text size="sm" fw={600} className="clip" maw={240} title={name} dir="auto">
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            <span className="mono">{prefix}…</span> · made <Moment at={createdAt} inherit />
          </Text>
        </>
      ),
    },
    {
      title: 'Permissions',
      place: 'wide',
      cell: ({ scopes }) => (
        <Box maw={380}>
          <Scopes scopes={scopes} />
        </Box>
      ),
    },
    { title: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} size="sm" /> },
    { title: 'Ends', cell: (key) => <End apiKey={key} /> },
    {
      title: 'Actions',
      place: 'tools',
      cell: ({ id, name, revokedAt }) =>
        revokedAt === undefined && (
          <Group justify="flex-end">
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Revoke ${name}`}
              onClick={() =>
                confirm({
                  title: `Revoke ${name}?`,
                  text: 'Whatever uses it is refused from now on. A revoked key cannot be used again.',
                  confirm: 'Revoke',
                  run: () => revoke.mutate(id),
                })
              }
            >
              Revoke
            </Button>
          </Group>
        ),
    },
  ]
  return (
    <DataTable
      columns={columns}
      rows={keys}
      keyOf={({ id }) => id}
      minWidth={760}
      testId="api-keys"
      isDim={({ revokedAt }) => revokedAt !== undefined}
    />
  )
}

function End({ apiKey: { revokedAt, expiresAt } }: { readonly apiKey: ApiKey }) {
  const now = useNow()
  if (revokedAt !== undefined) return <Badge color="gray">Revoked</Badge>
  if (expiresAt !== undefined && Date.parse(expiresAt) < now) return <Badge color="gray">Ended</Badge>
  return <Moment at={expiresAt} never="Never" size="sm" />
}
