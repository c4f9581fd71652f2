import { ActionIcon, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconFingerprint, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { auth } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { notifyDone, notifyFailure } from '../../parts/notify.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { addPasskey, canHavePasskeys } from '../sign-in/passkey.ts'
import { passkeysQuery } from './profile.ts'

/** Keys that live in a device and open without a password. */
export function Passkeys() {
  const passkeys = useQuery(passkeysQuery)
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: passkeysQuery.queryKey })
  const remove = useMutation({
    mutationFn: (id: string) => auth('passkey/delete-passkey', { id }),
    onSuccess: again,
    onError: notifyFailure,
  })
  return (
    <Paper>
      <Stack gap="sm">
        <Title order={2}>Passkeys</Title>
        <Text size="sm" c="dimmed">
          A key in your phone, computer or security key. It cannot be phished, and it needs no password.
        </Text>
        {passkeys.isPending && <LoadingState lines={2} />}
        {passkeys.isError && <ErrorState error={passkeys.error} retry={() => passkeys.refetch()} />}
        {passkeys.data?.map(({ id, name, createdAt }) => (
          <Group key={id} justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={600} className="clip">
                {name || 'Passkey'}
              </Text>
              <Text size="xs" c="dimmed">
                Added <Moment at={createdAt ?? undefined} never="some time ago" inherit />
              </Text>
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${name || 'the passkey'}`}
              onClick={() =>
                confirm({
                  title: 'Remove this passkey?',
                  text: 'It opens nothing here any more. It stays in your device until you remove it there.',
                  confirm: 'Remove',
                  run: () => remove.mutate(id),
                })
              }
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {canHavePasskeys() ? (
          <Add done={again} />
        ) : (
          <Text size="sm">
            Browsers make passkeys for names only, not for {window.location.hostname}: open Fairlead at its
            name.
          </Text>
        )}
      </Stack>
    </Paper>
  )
}

function Add({ done }: { readonly done: () => Promise<void> }) {
  const [name, setName] = useState('')
  const add = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: async () => {
      setName('')
      await done()
      notifyDone('The passkey opens from now on.')
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
    >
      <Stack gap="sm">
        {add.isError && <ErrorState error={add.error} />}
        <Group align="flex-end" gap="xs">
          <TextInput
            label="Name of a new passkey"
            placeholder="My laptop"
            flex="1 1 180px"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            leftSection={<IconFingerprint size={16} />}
            disabled={name.trim() === ''}
            loading={add.isPending}
          >
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
