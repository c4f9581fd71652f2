import { Anchor, Badge, Group, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ActivityRow } from '../../api/client.generated.ts'
import { useConnectionName } from '../../api/queries.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { countryName } from '../../parts/names.ts'
import { formatShort, zoneName } from '../../parts/time.ts'
import type { Field } from './filter.ts'

type PickValue = (field: Field, value: string) => void
type Props = {
  readonly rows: readonly ActivityRow[]
  readonly pick?: PickValue
  /** All rows have the same user, who is named elsewhere. */
  readonly isOfOneUser?: boolean
}

const addressOf = ({ connection, uid }: ActivityRow): string =>
  `/activity/${connection}/${encodeURIComponent(uid)}`

/** One line for each event: when, who, what, where. */
export function EventTable({ rows, pick, isOfOneUser = false }: Props) {
  const navigate = useNavigate()
  const nameOf = useConnectionName()
  const columns: readonly Column<ActivityRow>[] = [
    {
      title: `Time, ${zoneName()}`,
      cell: (row) => (
        <Anchor component={Link} to={addressOf(row)} size="sm" className="numbers nowrap">
          {formatShort(row.time)}
        </Anchor>
      ),
    },
    { title: 'User', cell: (row) => !isOfOneUser && <User row={row} pick={pick} /> },
    {
      title: 'Activity',
      place: 'lead',
      cell: (row) => <What row={row} pick={pick} app={nameOf(row.connection)} />,
    },
    { title: 'Item', cell: (row) => itemOf(row).value !== '' && <Value {...itemOf(row)} pick={pick} /> },
    { title: 'From', cell: (row) => row.ip !== '' && <From row={row} pick={pick} /> },
  ]
  return (
    <DataTable
      columns={columns}
      rows={rows}
      keyOf={({ connection, uid }) => `${connection} ${uid}`}
      minWidth={isOfOneUser ? 640 : 760}
      testId="events"
      open={(row) => void navigate({ to: addressOf(row) })}
    />
  )
}

type Item = { readonly field: Field; readonly value: string; readonly label: string }

/** What it happened to: a thing of the app, or somebody. */
function itemOf({ resourceName, resourceUid, targetName, targetUid }: ActivityRow): Item {
  const resource = resourceName || resourceUid
  const target = targetName || targetUid
  return resource === ''
    ? { field: 'target', value: target, label: target }
    : { field: 'resource', value: resource, label: resource }
}

/** By our word for it; by the app's own where nobody has mapped it. */
const actionOf = ({ action, eventCode }: ActivityRow): Item =>
  action === ''
    ? { field: 'eventCode', value: eventCode, label: eventCode }
    : { field: 'action', value: action, label: action }

type CellProps = { readonly row: ActivityRow; readonly pick: PickValue | undefined }

/** By name, where the app tells one; the address is what is filtered by. */
function User({ row: { actorEmail, actorName, actorUid }, pick }: CellProps) {
  const value = actorEmail || actorName || actorUid
  const name = actorName || value
  return (
    <>
      <Value field="actor" value={value} label={name} pick={pick} />
      {name !== value && (
        <Text size="xs" c="dimmed" className="clip" maw="var(--cell)" title={value}>
          {value}
        </Text>
      )}
    </>
  )
}

function What({ row, pick, app }: CellProps & { readonly app: string | undefined }) {
  const place = [app ?? row.app, row.eventCode].filter((part) => part !== '').join(' · ')
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <Value {...actionOf(row)} pick={pick} isCode />
        {row.status === 'Failure' && <Badge color="red">Failed</Badge>}
        {row.severityId >= 4 && <Badge color="rope">{row.severity}</Badge>}
      </Group>
      <Text size="xs" c="dimmed" className="clip" maw="var(--lead-cell)" title={place}>
        {place}
      </Text>
    </>
  )
}

function From({ row: { ip, country }, pick }: CellProps) {
  return (
    <>
      <Value field="ip" value={ip} label={ip} pick={pick} />
      <Text size="xs" c="dimmed">
        {countryName(country)}
      </Text>
    </>
  )
}

type ValueProps = Item & { readonly pick: PickValue | undefined; readonly isCode?: boolean }

/** A value that filters when it is pressed. */
function Value({ field, value, label, pick, isCode = false }: ValueProps) {
  const look = {
    size: 'sm',
    className: isCode ? 'clip mono' : 'clip',
    maw: 'var(--cell)',
    dir: 'auto',
  } as const
  if (pick === undefined || value === '')
    return (
      <Text {...look} title={label}>
        {label}
      </Text>
    )
  return (
    <Anchor
      component="button"
      {...look}
      c="var(--mantine-color-text)"
      display="block"
      title={`Show only ${value}`}
      onClick={() => pick(field, value)}
    >
      {label}
    </Anchor>
  )
}
