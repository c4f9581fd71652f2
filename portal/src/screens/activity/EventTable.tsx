import { Anchor, Badge, Group, Table, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ActivityRow } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { formatShort } from '../../parts/time.ts'
import classes from './activity.module.css'
import type { Field } from './filter.ts'

type Props = {
  readonly rows: readonly ActivityRow[]
  readonly pick?: (field: Field, value: string) => void
}

/** One line for each event: when, who, what, where. */
export function EventTable({ rows, pick }: Props) {
  const navigate = useNavigate()
  const nameOf = useConnectionName()
  return (
    <div className="scroll-x">
      <Table miw={760} data-testid="events">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            <Table.Th>User</Table.Th>
            <Table.Th>Activity</Table.Th>
            <Table.Th>Item</Table.Th>
            <Table.Th>From</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => {
            const to = `/activity/${row.connection}/${encodeURIComponent(row.uid)}`
            return (
              <Table.Tr
                key={`${row.connection} ${row.uid}`}
                className={classes['row'] ?? ''}
                onClick={(event) => {
                  if (!(event.target as HTMLElement).closest('a,button')) void navigate({ to })
                }}
              >
                <Table.Td>
                  <Anchor component={Link} to={to} size="sm" className="numbers nowrap">
                    {formatShort(row.time)}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <Value field="actor" value={row.actorEmail || row.actorName || row.actorUid} pick={pick} />
                </Table.Td>
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    <Text size="sm" className="mono clip" maw={200}>
                      {row.action || row.eventCode}
                    </Text>
                    {row.status === 'Failure' && <Badge color="red">failed</Badge>}
                    {row.severityId >= 4 && <Badge color="rope">{row.severity}</Badge>}
                  </Group>
                  <Text size="xs" c="dimmed" className="clip" maw={230}>
                    {[nameOf(row.connection) ?? row.app, row.eventCode]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Text size="sm" className="clip" maw={170}>
                    {row.resourceName || row.resourceUid || row.targetName || row.targetUid}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Value field="ip" value={row.ip} pick={pick} />
                  <Text size="xs" c="dimmed">
                    {row.country}
                  </Text>
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </div>
  )
}

type ValueProps = { readonly field: Field; readonly value: string; readonly pick: Props['pick'] }

/** A value that filters when it is pressed. */
function Value({ field, value, pick }: ValueProps) {
  if (pick === undefined || value === '')
    return (
      <Text size="sm" className="clip" maw={190}>
        {value}
      </Text>
    )
  return (
    <Anchor
      component="button"
      size="sm"
      c="var(--mantine-color-text)"
      className="clip"
      maw={190}
      title={`Show only ${value}`}
      onClick={() => pick(field, value)}
    >
      {value}
    </Anchor>
  )
}
