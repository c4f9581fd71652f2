import { Alert, Button, Center, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { capital } from './names.ts'
import { failureOf } from './problems.ts'

type EmptyProps = {
  readonly icon: ReactNode
  readonly title: string
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** Says what would be here, and what to do so that it is. */
export function EmptyState({ icon, title, children, action }: EmptyProps) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap="sm" maw={440}>
        <Text c="dimmed" aria-hidden lh={0}>
          {icon}
        </Text>
        <Title order={3} ta="center">
          {title}
        </Title>
        <Text c="dimmed" ta="center" size="sm">
          {children}
        </Text>
        {action}
      </Stack>
    </Center>
  )
}

const WIDTHS = ['100%', '83%', '66%', '94%', '77%', '60%']
type LoadingProps = { readonly label?: string; readonly lines?: number }

/** Lines where lines will be, so that nothing jumps when they come. */
export function LoadingState({ label = 'Loading', lines = 6 }: LoadingProps) {
  return (
    <Stack gap="md" py="sm" role="status" aria-label={label}>
      {WIDTHS.slice(0, lines).map((width) => (
        <Skeleton key={width} height={16} width={width} />
      ))}
    </Stack>
  )
}

/** What went wrong, what to do, and how to try again. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { code, message, help, requestId } = failureOf(error)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={capital(message)}>
      <Stack gap={6}>
        {help !== undefined && <Text size="sm">{help}</Text>}
        <Group gap="xs">
          <Text size="xs" c="dimmed" className="mono">
            {code}
            {requestId === undefined ? '' : ` · request ${requestId}`}
          </Text>
          {retry !== undefined && (
            <Button size="compact-xs" variant="default" onClick={retry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  )
}
