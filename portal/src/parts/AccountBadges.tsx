import { Badge, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { capital } from './names.ts'

type FlagProps = {
  readonly value: boolean | undefined
  readonly yes: string
  readonly no: string
  /** Somebody should look at it. */
  readonly isBad?: boolean
}

/** Yes, no, or not known: three answers, never two. */
export function Flag({ value, yes, no, isBad = false }: FlagProps) {
  if (value === undefined)
    return (
      <Text span size="sm" c="dimmed">
        Not known
      </Text>
    )
  if (isBad)
    return (
      <Text span size="sm" c="var(--attention-text)" fw={600} className="nowrap">
        <IconAlertTriangle size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {value ? yes : no}
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
  blocked: 'red',
  invited: 'water',
  deleted: 'gray',
}

type StatusProps = { readonly status?: string | undefined; readonly deletedAt?: string | undefined }

/** Where an account stands, in the app's terms brought to a few words. */
export function StatusBadge({ status, deletedAt }: StatusProps) {
  if (deletedAt !== undefined) return <Badge color="gray">Gone</Badge>
  if (status === undefined) return null
  return <Badge color={COLORS[status] ?? 'gray'}>{capital(status)}</Badge>
}
