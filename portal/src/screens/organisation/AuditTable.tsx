import { Text, Tooltip } from '@mantine/core'
import type { AuditEntry } from '../../api/client.generated.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { capital, inWords } from '../../parts/names.ts'
import { formatShort, zoneName } from '../../parts/time.ts'

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    title: 'No.',
    isNumber: true,
    about: 'Its place in the chain; the hash of the entry stands behind it',
    cell: ({ number, hash }) => (
      <Tooltip label={<span className="mono">{hash}</span>}>
        <Text size="sm" c="dimmed" className="numbers" component="span" tabIndex={0}>
          {number}
        </Text>
      </Tooltip>
    ),
  },
  {
    title: `Time, ${zoneName()}`,
    cell: ({ at }) => (
      <Text size="sm" className="numbers nowrap">
        {formatShort(at)}
      </Text>
    ),
  },
  {
    title: 'Who',
    cell: ({ actor }) => (
      <>
        <Text size="sm" className="clip" maw={180} title={nameOf(actor)} dir="auto">
          {nameOf(actor)}
        </Text>
        {actor['kind'] !== 'user' && (
          <Text size="xs" c="dimmed">
            {capital(inWords(text(actor['kind'])))}
          </Text>
        )}
      </>
    ),
  },
  {
    title: 'Action',
    place: 'lead',
    cell: ({ action }) => (
      <Text size="sm" className="mono">
        {action}
      </Text>
    ),
  },
  {
    title: 'On',
    cell: ({ actor, target }) => (
      <>
        <Text size="sm" className="clip" maw={220} title={nameOf(target)} dir="auto">
          {target['id'] === actor['id'] ? 'Themselves' : nameOf(target)}
        </Text>
        <Text size="xs" c="dimmed">
          {capital(inWords(text(target['kind'])))}
        </Text>
      </>
    ),
  },
  {
    title: 'Details',
    place: 'wide',
    cell: ({ detail }) =>
      sentence(detail) !== '' && (
        <Text
          size="xs"
          c="dimmed"
          maw={320}
          lineClamp={2}
          style={{ overflowWrap: 'anywhere' }}
          title={sentence(detail)}
        >
          {sentence(detail)}
        </Text>
      ),
  },
]

/** One line a change. */
export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <DataTable
      columns={COLUMNS}
      rows={entries}
      keyOf={({ number }) => number}
      minWidth={760}
      testId="audit"
    />
  )
}

type Free = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const nameOf = (thing: Free): string => text(thing['name']) || text(thing['id'])

/** `role: admin; features: accounts, activity` */
const sentence = (detail: Free): string =>
  Object.entries(detail)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${inWords(name)}: ${worded(value)}`)
    .join('; ')

function worded(value: unknown): string {
  if (Array.isArray(value)) return value.map(worded).join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
