import { Anchor, Button, Group, Menu, Progress, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Export } from '../../api/client.generated.ts'
import { call, useMay } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { notifyFailure } from '../../parts/notify.ts'
import { formatBytes, formatCount } from '../../parts/time.ts'
import { type Filter, storedOf } from './filter.ts'

type Props = { readonly filter: Filter; readonly expected: number | undefined }

/** Everything that fits the filter as a file, with progress; files stay for a week. */
export function ExportButton({ filter, expected }: Props) {
  const may = useMay()
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const exports = useQuery({
    queryKey: ['exports'],
    queryFn: ({ signal }) => call('listExports', { query: { limit: 10 } }, signal),
    enabled: isOpen && may('activity.export'),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ state: at }) => at === 'running' || at === 'waiting') === true
        ? 1_000
        : false,
  })
  const begin = useMutation({
    mutationFn: (format: Export['format']) =>
      call('createExport', { body: { format, query: storedOf(filter) } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['exports'] }),
    onError: notifyFailure,
  })
  if (!may('activity.export')) return null
  return (
    <Menu
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      withinPortal
      width={320}
      closeOnItemClick={false}
    >
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {expected === undefined ? 'As OCSF' : `${formatCount(expected)} events as OCSF`}
        </Menu.Label>
        <Menu.Item onClick={() => begin.mutate('ndjson')}>NDJSON, one event a line</Menu.Item>
        <Menu.Item onClick={() => begin.mutate('parquet')}>Parquet</Menu.Item>
        {(exports.data?.items.length ?? 0) > 0 && <Menu.Label>Files</Menu.Label>}
        <Stack gap={6} px="sm" pb="xs">
          {exports.data?.items.map((item) => (
            <File key={item.id} item={item} />
          ))}
        </Stack>
      </Menu.Dropdown>
    </Menu>
  )
}

function File({ item }: { readonly item: Export }) {
  const { id, state, format, events, eventsExpected = 0, bytes, fault } = item
  if (state === 'done')
    return (
      <Group justify="space-between" wrap="nowrap">
        <Anchor href={`/api/v1/exports/${id}/file`} size="sm" download>
          {formatCount(events)} events, {format}
        </Anchor>
        <Text size="xs" c="dimmed" className="numbers">
          {formatBytes(bytes)}, <Moment at={item.createdAt} inherit />
        </Text>
      </Group>
    )
  if (state === 'failed')
    return (
      <Text size="xs" c="var(--mantine-color-error)">
        {fault?.message ?? 'It failed.'}
      </Text>
    )
  return (
    <div>
      <Text size="xs" c="dimmed" className="numbers">
        {format}: {formatCount(events)} of {formatCount(eventsExpected)}
      </Text>
      <Progress value={eventsExpected === 0 ? 0 : (events / eventsExpected) * 100} aria-label="Export" />
    </div>
  )
}
