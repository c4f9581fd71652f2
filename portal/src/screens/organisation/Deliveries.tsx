import { Badge, Table, Text } from '@mantine/core'
import type { Delivery } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { usePages } from '../../parts/usePages.ts'

const COLORS: Readonly<Record<Delivery['state'], string>> = {
  waiting: 'gray',
  delivered: 'teal',
  failed: 'red',
}

/** What an address was told, newest first, and how it answered. */
export function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const pages = usePages(['deliveries', webhookId], (after, signal) =>
    call('listDeliveries', { params: { id: webhookId }, query: { limit: 20, after } }, signal),
  )
  return (
    <PagedList
      pages={pages}
      more="Earlier ones"
      empty={
        <Text size="sm" c="dimmed">
          Nothing yet. Send a test to see that it arrives.
        </Text>
      }
    >
      {(deliveries) => (
        <div className="scroll-x">
          <Table miw={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Topic</Table.Th>
                <Table.Th>Outcome</Table.Th>
                <Table.Th ta="right">Attempts</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {deliveries.map(({ id, createdAt, topic, state, status, fault, attempts }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Moment at={createdAt} size="sm" />
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" className="mono">
                      {topic}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Badge color={COLORS[state]}>
                      {state}
                      {status === undefined ? '' : ` ${status}`}
                    </Badge>
                    {fault !== undefined && (
                      <Text size="xs" c="dimmed" maw={420}>
                        {fault.message}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {attempts}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </PagedList>
  )
}
