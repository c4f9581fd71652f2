import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKey, CreatedApiKey } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Moment, useNow } from '../../parts/Moment.tsx'
import { notifyFailure } from '../../parts/notify.ts'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { ShownOnce } from '../../parts/ShownOnce.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { usePages } from '../../parts/usePages.ts'
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
      actions={button}
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
  return (
    <div className="scroll-x">
      <Table miw={760} data-testid="api-keys">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Key</Table.Th>
            <Table.Th>May</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>Ends</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id} opacity={key.revokedAt === undefined ? 1 : 0.7}>
              <Table.Td>
                <Text size="sm" fw={600} className="clip" maw={240}>
                  {key.name}
                </Text>
                <Text size="xs" c="dimmed">
                  <span className="mono">{key.prefix}…</span> · made <Moment at={key.createdAt} inherit />
                </Text>
              </Table.Td>
              <Table.Td>
                <Group gap={4} maw={380}>
                  {key.scopes.map((scope) => (
                    <Badge key={scope} color="gray" ff="monospace">
                      {scope}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>
                <Moment at={key.lastUsedAt} size="sm" />
              </Table.Td>
              <Table.Td>
                <End apiKey={key} />
              </Table.Td>
              <Table.Td ta="right">
                {key.revokedAt === undefined && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Revoke ${key.name}`}
                    onClick={() =>
                      confirm({
                        title: `Revoke ${key.name}?`,
                        text: 'Whatever uses it is refused from now on. A revoked key cannot be used again.',
                        confirm: 'Revoke',
                        run: () => revoke.mutate(key.id),
                      })
                    }
                  >
                    Revoke
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function End({ apiKey: { revokedAt, expiresAt } }: { readonly apiKey: ApiKey }) {
  const now = useNow()
  if (revokedAt !== undefined) return <Badge color="gray">revoked</Badge>
  if (expiresAt !== undefined && Date.parse(expiresAt) < now) return <Badge color="gray">ended</Badge>
  return <Moment at={expiresAt} never="never" size="sm" />
}
