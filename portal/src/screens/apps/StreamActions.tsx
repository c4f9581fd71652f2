import { ActionIcon, Group, Menu, Tooltip } from '@mantine/core'
import { IconDotsVertical, IconHistory, IconPlayerPlay, IconPower } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Stream } from '../../api/client.generated.ts'
import { call, useMay } from '../../api/session.ts'
import { notifyFailure } from '../../parts/notify.ts'

/** What can be done to one stream. */
export function StreamActions({
  connectionId,
  stream,
}: {
  readonly connectionId: string
  readonly stream: Stream
}) {
  const may = useMay()
  const queries = useQueryClient()
  const params = { id: connectionId, name: stream.name }
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['streams', connectionId] }),
    onError: notifyFailure,
  })
  if (!may('connection.change')) return null
  const monthAgo = () => new Date(Date.now() - 30 * 86_400_000).toISOString()
  return (
    <Group gap={0} justify="flex-end" wrap="nowrap">
      {stream.receivedSince === undefined && (
        <Tooltip label="Read now">
          <ActionIcon
            variant="subtle"
            aria-label={`Read ${stream.name} now`}
            disabled={!stream.isEnabled || stream.running !== undefined}
            onClick={() => act.mutate(() => call('runStream', { params }))}
          >
            <IconPlayerPlay size={16} />
          </ActionIcon>
        </Tooltip>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${stream.name}`}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {stream.kind === 'activity' && stream.receivedSince === undefined && (
            <Menu.Item
              leftSection={<IconHistory size={16} />}
              onClick={() => act.mutate(() => call('backfillStream', { params, body: { from: monthAgo() } }))}
            >
              Read the last 30 days again
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconPower size={16} />}
            onClick={() =>
              act.mutate(() => call('changeStream', { params, body: { isEnabled: !stream.isEnabled } }))
            }
          >
            {stream.isEnabled ? 'Switch off' : 'Switch on'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}
