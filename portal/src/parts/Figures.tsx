import { Paper, SimpleGrid, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** A few figures that say how a thing is, at a glance. */
export function Figures({
  items,
}: {
  readonly items: readonly (readonly [label: string, value: ReactNode])[]
}) {
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {items.map(([label, value]) => (
        <Paper key={label} p="sm">
          <Text size="xs" c="dimmed">
            {label}
          </Text>
          <Text fw={650} className="numbers" component="div" style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  )
}
