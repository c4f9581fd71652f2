import { Code, Group, Text } from '@mantine/core'

/** Permissions by the names that machines know. */
export function Scopes({ scopes, none }: { readonly scopes: readonly string[]; readonly none?: string }) {
  if (scopes.length === 0)
    return (
      <Text size="xs" c="dimmed">
        {none}
      </Text>
    )
  return (
    <Group gap={6}>
      {scopes.map((scope) => (
        <Code key={scope} style={{ overflowWrap: 'anywhere' }}>
          {scope}
        </Code>
      ))}
    </Group>
  )
}
