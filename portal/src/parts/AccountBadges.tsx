import { Badge, Text } from '@mantine/core'

/** Yes, no, or not known: three answers, never two. */
export function Flag({
  value,
  yes,
  no,
}: {
  readonly value: boolean | undefined
  readonly yes: string
  readonly no: string
}) {
  if (value === undefined)
    return (
      <Text span size="xs" c="dimmed">
        not known
      </Text>
    )
  return (
    <Text span size="sm">
      {value ? yes : no}
    </Text>
  )
}

const COLORS: Readonly<Record<string, string>> = {
  active: 'teal',
  suspended: 'gray',
  locked: 'red',
  invited: 'water',
  deleted: 'gray',
}

/** Where an account stands, in the app's terms brought to a few words. */
export function StatusBadge({
  status,
  deletedAt,
}: {
  readonly status?: string | undefined
  readonly deletedAt?: string | undefined
}) {
  if (deletedAt !== undefined) return <Badge color="gray">gone</Badge>
  if (status === undefined) return null
  return <Badge color={COLORS[status] ?? 'gray'}>{status}</Badge>
}
