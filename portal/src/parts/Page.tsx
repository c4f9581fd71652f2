import { Box, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

type PageProps = {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One screen: its title, what it is for, what can be done, and the rest. */
export function Page({ title, about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Fairlead`
  }, [title])
  return (
    <Stack gap="lg" maw={1440} mx="auto" w="100%">
      <Group justify="space-between" align="flex-start" gap="sm" wrap="wrap">
        <Box maw={760}>
          <Title order={1}>{title}</Title>
          {about !== undefined && (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {about}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}
