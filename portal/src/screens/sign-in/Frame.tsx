import { Box, Center, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTitle } from '../../parts/Page.tsx'
import { Mark } from '../../shell/Mark.tsx'
import { SchemeToggle } from '../../shell/Shell.tsx'

/** The frame of every page that needs nobody signed in. */
export function Frame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title)
  return (
    <Box mih="100vh" component="main" style={{ background: 'var(--mantine-color-body)' }}>
      <Group justify="flex-end" p="md">
        <SchemeToggle />
      </Group>
      <Center px="md" pb="xl">
        <Stack w="100%" maw={440} gap="lg">
          <Group gap="sm" wrap="nowrap">
            <Mark size={40} />
            <Box miw={0}>
              <Title order={1}>Fairlead</Title>
              <Text c="dimmed" size="sm">
                Every SaaS app you use, watched from one place.
              </Text>
            </Box>
          </Group>
          {children}
        </Stack>
      </Center>
    </Box>
  )
}
