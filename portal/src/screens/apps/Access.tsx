import { Badge, Code, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import type { Connection } from '../../api/client.generated.ts'
import { Moment } from '../../parts/Moment.tsx'

/** What was asked for, what was granted, and what was given to connect. */
export function Access({ connection }: { readonly connection: Connection }) {
  const { features, scopesRequested, scopesGranted, settings, secretNames, authMethod } = connection
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper>
        <Stack gap="sm">
          <Title order={2}>Permissions</Title>
          <Group gap={6}>
            {features.map((feature) => (
              <Badge key={feature}>{feature}</Badge>
            ))}
          </Group>
          <Table withRowBorders={false} verticalSpacing={4}>
            <Table.Tbody>
              {scopesRequested.map((scope) => (
                <Table.Tr key={scope}>
                  <Table.Td>
                    <Code>{scope}</Code>
                  </Table.Td>
                  <Table.Td ta="right">
                    <Text size="xs" c="dimmed">
                      {scopesGranted === undefined
                        ? 'the app does not say'
                        : scopesGranted.includes(scope)
                          ? 'granted'
                          : 'not granted'}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {scopesRequested.length === 0 && (
            <Text size="sm" c="dimmed">
              This way to sign in has no permissions to choose: the credential decides.
            </Text>
          )}
        </Stack>
      </Paper>
      <Paper>
        <Stack gap="sm">
          <Title order={2}>Credential and settings</Title>
          <Text size="sm">
            {authMethod ?? 'No credential'}
            {connection.credentialExpiresAt !== undefined && (
              <>
                , ends <Moment at={connection.credentialExpiresAt} inherit />
              </>
            )}
          </Text>
          <Table withRowBorders={false} verticalSpacing={4}>
            <Table.Tbody>
              {Object.entries(settings).map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td c="dimmed">{name}</Table.Td>
                  <Table.Td className="mono">
                    {Array.isArray(value) ? value.join(', ') : String(value)}
                  </Table.Td>
                </Table.Tr>
              ))}
              {secretNames.map((name) => (
                <Table.Tr key={name}>
                  <Table.Td c="dimmed">{name}</Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed">
                      kept sealed, never shown
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Text size="xs" c="dimmed">
            Connected <Moment at={connection.createdAt} inherit />
          </Text>
        </Stack>
      </Paper>
    </SimpleGrid>
  )
}
