import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import {
  IconChevronDown,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugConnectedX,
  IconShieldCheck,
  IconTestPipe,
  IconTrash,
} from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Connection } from '../../api/client.generated.ts'
import { call, useMay } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { notifyFailure } from '../../parts/notify.ts'
import { useFollow } from '../connect/follow.ts'

/** What can be done to a connection. What cannot be undone is asked for twice, with what it means. */
export function InstanceActions({ connection }: { readonly connection: Connection }) {
  const { id, status, name } = connection
  const may = useMay()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const follow = useFollow()
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['connections'] }),
    onError: notifyFailure,
  })
  const params = { id }
  const authorise = () =>
    act.mutate(async () => {
      await follow(await call('authorizeConnection', { params }))
    })
  const test = () =>
    act.mutate(async () => {
      const { ok, identity, fault } = await call('testConnection', { params })
      notifications.show(
        ok
          ? { color: 'teal', message: `The app answers${identity === undefined ? '' : `, as ${identity}`}.` }
          : { color: 'red', title: fault?.message, message: fault?.help ?? '' },
      )
    })
  const disconnect = () =>
    confirm({
      title: `Disconnect ${name}?`,
      text: 'The credential is revoked in the app, where the app offers that, and destroyed here. What was collected is kept.',
      confirm: 'Disconnect',
      run: () =>
        act.mutate(async () => {
          const { revocation } = await call('disconnectConnection', { params })
          if (revocation !== 'done')
            notifications.show({
              color: 'rope',
              autoClose: false,
              title: 'Take the grant back in the app, too',
              message:
                revocation === 'failed'
                  ? 'The app could not be told. The credential is destroyed here.'
                  : 'The app has no way to be told. The credential is destroyed here.',
            })
        }),
    })
  const remove = () =>
    confirm({
      title: `Delete ${name} with its data?`,
      text: 'Every event, account and setting that was collected through it is deleted. This cannot be undone.',
      confirm: 'Delete everything',
      run: () =>
        act.mutate(async () => {
          await call('removeConnection', { params })
          await navigate({ to: '/apps' })
        }),
    })
  if (!may('connection.change')) return null
  const needsConsent = status === 'connecting' || status === 'needs_reauth'
  return (
    <>
      {needsConsent && (
        <Button leftSection={<IconShieldCheck size={16} />} loading={act.isPending} onClick={authorise}>
          Authorise
        </Button>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconTestPipe size={16} />} onClick={test}>
            Test
          </Menu.Item>
          {!needsConsent && (
            <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={authorise}>
              Authorise again
            </Menu.Item>
          )}
          {status !== 'disconnected' && (
            <Menu.Item component={Link} to={`/apps/${id}/change`} leftSection={<IconPencil size={16} />}>
              Change
            </Menu.Item>
          )}
          {status === 'active' && (
            <Menu.Item
              leftSection={<IconPlayerPause size={16} />}
              onClick={() => act.mutate(() => call('pauseConnection', { params }))}
            >
              Pause
            </Menu.Item>
          )}
          {status === 'paused' && (
            <Menu.Item
              leftSection={<IconPlayerPlay size={16} />}
              onClick={() => act.mutate(() => call('resumeConnection', { params }))}
            >
              Resume
            </Menu.Item>
          )}
          <Menu.Divider />
          {status !== 'disconnected' && (
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconPlugConnectedX size={16} />}
              onClick={disconnect}
            >
              Disconnect
            </Menu.Item>
          )}
          {may('connection.delete') && (
            <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={remove}>
              Delete with data
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
