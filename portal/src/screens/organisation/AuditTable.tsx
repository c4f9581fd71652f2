import { Table, Text, Tooltip } from '@mantine/core'
import type { AuditEntry } from '../../api/client.generated.ts'
import { formatShort } from '../../parts/time.ts'

/** One line a change. */
export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <div className="scroll-x">
      <Table miw={760} data-testid="audit">
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right" w={60}>
              No.
            </Table.Th>
            <Table.Th>Time</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>On</Table.Th>
            <Table.Th>How</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(({ number, at, actor, action, target, detail, hash }) => (
            <Table.Tr key={number}>
              <Table.Td ta="right">
                <Tooltip label={<span className="mono">{hash}</span>}>
                  <Text size="sm" c="dimmed" className="numbers" tabIndex={0}>
                    {number}
                  </Text>
                </Tooltip>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="numbers nowrap">
                  {formatShort(at)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="clip" maw={180}>
                  {nameOf(actor)}
                </Text>
                {actor['kind'] !== 'user' && (
                  <Text size="xs" c="dimmed">
                    {text(actor['kind'])}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="mono">
                  {action}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="clip" maw={220}>
                  {target['id'] === actor['id'] ? 'themselves' : nameOf(target)}
                </Text>
                <Text size="xs" c="dimmed">
                  {text(target['kind'])}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed" maw={320} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
                  {sentence(detail)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

type Free = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const nameOf = (thing: Free): string => text(thing['name']) || text(thing['id'])

/** `role: admin, features: accounts activity` */
const sentence = (detail: Free): string =>
  Object.entries(detail)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}: ${worded(value)}`)
    .join(', ')

function worded(value: unknown): string {
  if (Array.isArray(value)) return value.map(worded).join(' ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
