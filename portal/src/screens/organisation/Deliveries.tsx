import { Badge, Text } from '@mantine/core'
import type { Delivery } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { usePages } from '../../parts/usePages.ts'
import { FaultText } from '../apps/FaultText.tsx'

const STATES: Readonly<Record<Delivery['state'], readonly [color: string, word: string]>> = {
  waiting: ['gray', 'Waiting'],
  delivered: ['teal', 'Delivered'],
  failed: ['red', 'Failed'],
}

const COLUMNS: readonly Column<Delivery>[] = [
  {
    title: 'Topic',
    cell: ({ topic }) => (
      <Text size="sm" className="mono">
        {topic}
      </Text>
    ),
  },
  { title: 'Sent', cell: ({ createdAt }) => <Moment at={createdAt} size="sm" /> },
  {
    title: 'Outcome',
    cell: ({ state, status }) => (
      <Badge color={STATES[state][0]}>
        {STATES[state][1]}
        {status === undefined ? '' : ` ${status}`}
      </Badge>
    ),
  },
  { title: 'Attempts', isNumber: true, cell: ({ attempts }) => attempts },
]

/** What an address was told, newest first, and how it answered. */
export function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const pages = usePages(['deliveries', webhookId], (after, signal) =>
    call('listDeliveries', { params: { id: webhookId }, query: { limit: 20, after } }, signal),
  )
  return (
    <PagedList
      pages={pages}
      more="Earlier deliveries"
      empty={
        <Text size="sm" c="dimmed">
          Nothing yet. Send a test to see that it arrives.
        </Text>
      }
    >
      {(deliveries) => (
        <DataTable
          columns={COLUMNS}
          rows={deliveries}
          keyOf={({ id }) => id}
          minWidth={560}
          testId="deliveries"
          below={({ fault }) => fault !== undefined && <FaultText fault={fault} />}
        />
      )}
    </PagedList>
  )
}
