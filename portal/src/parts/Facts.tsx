import { SimpleGrid, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export type FactItem = readonly [label: string, value: ReactNode]

/** What is known of a thing: each value under its name. What has no value is left out. */
export function Facts({ items, cols = 4 }: { readonly items: readonly FactItem[]; readonly cols?: number }) {
  return (
    <SimpleGrid cols={{ base: 2, md: Math.min(cols, 3), xl: cols }} spacing="md" component="dl" m={0}>
      {items
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([label, value]) => (
          <div key={label} style={{ minWidth: 0 }}>
            <Text size="xs" c="dimmed" component="dt">
              {label}
            </Text>
            <Text size="sm" component="dd" m={0} style={{ overflowWrap: 'anywhere' }} dir="auto">
              {value}
            </Text>
          </div>
        ))}
    </SimpleGrid>
  )
}
