import { Button, Checkbox, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CreatedApiKey } from '../../api/client.generated.ts'
import { call, useMe } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'
import { KEY_PERMISSIONS } from './roles.ts'

const LIVES = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: '', label: 'When it is revoked' },
]
const DAY_MS = 86_400_000

/** Name, permissions and end of a new key. */
export function ApiKeyForm({ done }: { readonly done: (key: CreatedApiKey) => void }) {
  const me = useMe()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { name: '', scopes: ['activity.read'], days: '90' },
    validate: {
      name: (text) => (text.trim() === '' ? 'A name tells you later what uses it' : null),
      scopes: (scopes) => (scopes.length === 0 ? 'At least one' : null),
    },
  })
  const create = useMutation({
    mutationFn: ({ name, scopes, days }: typeof form.values) =>
      call('createApiKey', {
        body: {
          name,
          scopes,
          ...(days !== '' && { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        },
      }),
    onSuccess: async (key) => {
      await queries.invalidateQueries({ queryKey: ['api-keys'] })
      done(key)
    },
  })
  const scopes = (me.data?.permissions ?? []).filter((permission) => permission in KEY_PERMISSIONS)
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        {create.isError && <ErrorState error={create.error} />}
        <TextInput
          label="Name"
          placeholder="What uses it, and where"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label="Permissions" {...form.getInputProps('scopes')}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={6}>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={KEY_PERMISSIONS[scope]}
                description={<span className="mono">{scope}</span>}
                size="sm"
              />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <Select label="Ends" allowDeselect={false} data={LIVES} {...form.getInputProps('days')} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
