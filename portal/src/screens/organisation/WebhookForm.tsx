import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CreatedWebhook } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { failureOf } from '../../parts/problems.ts'
import { ErrorState } from '../../parts/States.tsx'
import { TOPICS, type Topic } from './topics.ts'

/** An address, and what it is told of. */
export function WebhookForm({ done }: { readonly done: (webhook: CreatedWebhook) => void }) {
  const queries = useQueryClient()
  const form = useForm<{ url: string; topics: Topic[] }>({
    initialValues: { url: '', topics: ['stream.failed', 'stream.recovered', 'stream.silent'] },
    validate: {
      url: (text) => (text.startsWith('https://') ? null : 'An address that begins with https://'),
      topics: (topics) => (topics.length === 0 ? 'At least one' : null),
    },
  })
  const create = useMutation({
    mutationFn: (body: typeof form.values) => call('createWebhook', { body }),
    onSuccess: async (webhook) => {
      await queries.invalidateQueries({ queryKey: ['webhooks'] })
      done(webhook)
    },
  })
  const complaint = create.isError
    ? failureOf(create.error).complaints?.find(({ path }) => path === 'body.url')?.message
    : undefined
  return (
    <form onSubmit={form.onSubmit((body) => create.mutate(body))}>
      <Stack gap="sm">
        {create.isError && complaint === undefined && <ErrorState error={create.error} />}
        <TextInput
          label="Address"
          placeholder="https://hooks.example/fairlead"
          data-autofocus
          {...form.getInputProps('url')}
          error={form.errors['url'] ?? complaint}
        />
        <Checkbox.Group label="Tell it when" {...form.getInputProps('topics')}>
          <Stack gap={8} mt={6}>
            {Object.entries(TOPICS).map(([topic, about]) => (
              <Checkbox
                key={topic}
                value={topic}
                label={about}
                description={<span className="mono">{topic}</span>}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
