import { ActionIcon, Alert, Badge, Button, Code, Collapse, Group, Paper, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { modals } from '@mantine/modals'
import { IconAlertTriangle, IconPlus, IconSend, IconTrash, IconWebhook } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CreatedWebhook, Webhook } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { notifyDone, notifyFailure } from '../../parts/notify.ts'
import { Page } from '../../parts/Page.tsx'
import { PagedList } from '../../parts/PagedList.tsx'
import { Scopes } from '../../parts/Scopes.tsx'
import { ShownOnce } from '../../parts/ShownOnce.tsx'
import { EmptyState } from '../../parts/States.tsx'
import { isEmpty, usePages } from '../../parts/usePages.ts'
import { Deliveries } from './Deliveries.tsx'
import { WebhookForm } from './WebhookForm.tsx'

/** Addresses that are told when something changes. */
export function Webhooks() {
  const [made, setMade] = useState<CreatedWebhook>()
  const pages = usePages(['webhooks'], (after, signal) =>
    call('listWebhooks', { query: { limit: 100, after } }, signal),
  )
  const create = () =>
    modals.open({
      title: 'Add an address',
      children: (
        <WebhookForm
          done={(webhook) => {
            setMade(webhook)
            modals.closeAll()
          }}
        />
      ),
    })
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create} data-testid="create-webhook">
      Add an address
    </Button>
  )
  return (
    <Page
      title="Webhooks"
      about="Addresses of yours that are told when something changes. Each delivery is signed as Standard Webhooks says, and tried again for a day."
      actions={!isEmpty(pages) && button}
    >
      {made !== undefined && (
        <ShownOnce
          title="The signing secret"
          secret={made.secret}
          about={`With it ${made.url} checks that a delivery is ours. It is shown this once.`}
          done={() => setMade(undefined)}
        />
      )}
      <PagedList
        pages={pages}
        more="More addresses"
        empty={
          <EmptyState
            icon={<IconWebhook size={40} stroke={1.2} />}
            title="Nobody is told yet"
            action={button}
          >
            Have your chat, ticket system or pager told when a stream fails or falls silent.
          </EmptyState>
        }
      >
        {(webhooks) => webhooks.map((webhook) => <Card key={webhook.id} webhook={webhook} />)}
      </PagedList>
    </Page>
  )
}

function Card({ webhook }: { readonly webhook: Webhook }) {
  const { id, url, topics, isEnabled, failures, disabledReason, createdAt } = webhook
  const [isOpen, { toggle, open }] = useDisclosure(false)
  const queries = useQueryClient()
  const again = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['webhooks'] }),
      queries.invalidateQueries({ queryKey: ['deliveries', id] }),
    ])
  const remove = useMutation({
    mutationFn: () => call('deleteWebhook', { params: { id } }),
    onSuccess: again,
    onError: notifyFailure,
  })
  const test = useMutation({
    mutationFn: () => call('testWebhook', { params: { id } }),
    onSuccess: async ({ state, fault }) => {
      await again()
      open()
      if (state === 'failed') notifyFailure(fault)
      else notifyDone('The test was sent.')
    },
    onError: notifyFailure,
  })
  return (
    <Paper data-testid="webhook">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs" style={{ minWidth: 0 }}>
            <Code style={{ overflowWrap: 'anywhere' }}>{url}</Code>
            {isEnabled ? <Badge color="teal">On</Badge> : <Badge color="red">Switched off</Badge>}
            {isEnabled && failures > 0 && <Badge color="rope">{failures} failures in a row</Badge>}
          </Group>
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconSend size={14} />}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              Send a test
            </Button>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Delete ${url}`}
              onClick={() =>
                confirm({
                  title: 'Delete this address?',
                  text: `${url} is told nothing more. Deliveries on their way are not sent.`,
                  confirm: 'Delete',
                  run: () => remove.mutate(),
                })
              }
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        </Group>
        {disabledReason !== undefined && (
          <Alert
            color="red"
            variant="light"
            icon={<IconAlertTriangle size={18} />}
            title="Nothing is sent any more"
          >
            {disabledReason}. Delete the address, mend it, and add it again.
          </Alert>
        )}
        <Scopes scopes={topics} />
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            Added <Moment at={createdAt} inherit />
          </Text>
          <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={isOpen}>
            {isOpen ? 'Hide deliveries' : 'Show deliveries'}
          </Button>
        </Group>
        <Collapse expanded={isOpen}>{isOpen && <Deliveries webhookId={id} />}</Collapse>
      </Stack>
    </Paper>
  )
}
