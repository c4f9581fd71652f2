import { Button, Group, List, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call, useForget } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'

/** The end of the organisation: what is lost is said before, and its name is typed by whoever means it. */
export function DeleteOrganisation({ name }: { readonly name: string }) {
  const [isOpen, { open, close }] = useDisclosure(false)
  return (
    <Paper maw={640}>
      <Stack gap="md">
        <Title order={2}>Delete the organisation</Title>
        <Text size="sm" c="dimmed">
          Ends it for everybody in it, with everything that was collected. Nobody can undo this.
        </Text>
        <Group justify="flex-end">
          <Button color="red" variant="outline" onClick={open}>
            Delete {name}…
          </Button>
        </Group>
      </Stack>
      <Modal opened={isOpen} onClose={close} title={`Delete ${name} for good?`}>
        <TypedName name={name} close={close} />
      </Modal>
    </Paper>
  )
}

function TypedName({ name, close }: { readonly name: string; readonly close: () => void }) {
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    mutationFn: () => call('deleteOrganisation', { query: { name: typed } }),
    onSuccess: useForget(),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        remove.mutate()
      }}
    >
      <Stack gap="md">
        {remove.isError && <ErrorState error={remove.error} />}
        <List size="sm" spacing={4}>
          <List.Item>Every member, you included, and every API key is out at once.</List.Item>
          <List.Item>
            All events, accounts, exports, saved queries, webhooks and the audit trail are deleted. Download
            first what you must keep.
          </List.Item>
          <List.Item>
            Connected apps are told where they offer it. Remove the access in the others yourself.
          </List.Item>
          <List.Item>
            What stays: your own sign-in, and one line at the operator: that you deleted {name}, and when.
            Backups the operator made before hold it until they are deleted.
          </List.Item>
        </List>
        <TextInput
          label="Type the organisation’s name"
          description={name}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep
          </Button>
          <Button type="submit" color="red" disabled={typed !== name} loading={remove.isPending}>
            Delete for good
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
