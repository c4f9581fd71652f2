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
    { title: 'Activity', place: 'lead', cell: (row) => <What row={row} app={nameOf(row.connection)} /> },
    {
      title: 'Item',
      cell: (row) => textOf(row.resourceName || row.resourceUid || row.targetName || row.targetUid),
    },
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

const textOf = (text: string) =>
  text !== '' && (
    <Text size="sm" className="clip" maw={190} title={text} dir="auto">
      {text}
    </Text>
  )

type CellProps = { readonly row: ActivityRow; readonly pick: PickValue | undefined }

/** By name, where the app tells one; the address is what is filtered by. */
function User({ row: { actorEmail, actorName, actorUid }, pick }: CellProps) {
  const value = actorEmail || actorName || actorUid
  const name = actorName || value
  return (
    <>
      <Value field="actor" value={value} label={name} pick={pick} />
      {name !== value && (
        <Text size="xs" c="dimmed" className="clip" maw={190} title={value}>
          {value}
        </Text>
      )}
    </>
  )
}

function What({ row, app }: { readonly row: ActivityRow; readonly app: string | undefined }) {
  const place = [app ?? row.app, row.eventCode].filter((part) => part !== '').join(' · ')
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <Text size="sm" className="mono clip" maw={200}>
          {row.action || row.eventCode}
        </Text>
        {row.status === 'Failure' && <Badge color="red">Failed</Badge>}
        {row.severityId >= 4 && <Badge color="rope">{row.severity}</Badge>}
      </Group>
      <Text size="xs" c="dimmed" className="clip" maw={240} title={place}>
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

type ValueProps = {
  readonly field: Field
  readonly value: string
  readonly label: string
  readonly pick: PickValue | undefined
}

/** A value that filters when it is pressed. */
function Value({ field, value, label, pick }: ValueProps) {
  if (pick === undefined || value === '') return textOf(label)
  return (
    <Anchor
      component="button"
      size="sm"
      c="var(--mantine-color-text)"
      className="clip"
      display="block"
      maw="min(190px, 100%)"
      title={`Show only ${value}`}
      dir="auto"
      onClick={() => pick(field, value)}
    >
      {label}
    </Anchor>
  )
}
