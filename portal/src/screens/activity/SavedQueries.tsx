import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, useMay } from '../../api/session.ts'
import { notifyFailure } from '../../parts/notify.ts'
import { failureOf } from '../../parts/problems.ts'
import { type Filter, storedOf } from './filter.ts'

type Props = { readonly filter: Filter; readonly change: (filter: Filter) => void }

/** Queries that come with the platform, and those the organisation keeps. */
export function SavedQueries({ filter, change }: Props) {
  const may = useMay()
  const queries = useQueryClient()
  const saved = useQuery({
    queryKey: ['saved-queries'],
    queryFn: ({ signal }) => call('listSavedQueries', { query: { limit: 200 } }, signal),
  })
  const again = () => queries.invalidateQueries({ queryKey: ['saved-queries'] })
  const remove = useMutation({
    mutationFn: (id: string) => call('deleteSavedQuery', { params: { id } }),
    onSuccess: again,
    onError: notifyFailure,
  })
  const items = saved.data?.items ?? []
  const entry = ({ id, name, query, isSuggested }: (typeof items)[number]) => (
    <Group key={id} gap={0} wrap="nowrap">
      <Menu.Item onClick={() => change({ ...query, where: query.where ?? [] } as Filter)}>{name}</Menu.Item>
      {!isSuggested && may('query.save') && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Delete ${name}`}
          onClick={() => remove.mutate(id)}
        >
          <IconTrash size={14} />
        </ActionIcon>
      )}
    </Group>
  )
  return (
    <Menu position="bottom-end" withinPortal width={280}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} />}>
          Queries
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Suggested</Menu.Label>
        {items.filter(({ isSuggested }) => isSuggested).map(entry)}
        {items.some(({ isSuggested }) => !isSuggested) && <Menu.Label>Saved here</Menu.Label>}
        {items.filter(({ isSuggested }) => !isSuggested).map(entry)}
        {may('query.save') && (
          <>
            <Menu.Divider />
            <Menu.Item
              onClick={() =>
                modals.open({
                  title: 'Save this query',
                  children: <NameForm filter={filter} done={again} />,
                })
              }
            >
              Save this query …
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function NameForm({ filter, done }: { readonly filter: Filter; readonly done: () => void }) {
  const [name, setName] = useState('')
  const save = useMutation({
    mutationFn: () => call('saveQuery', { body: { name, query: storedOf(filter) } }),
    onSuccess: () => {
      done()
      modals.closeAll()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        error={save.isError ? failureOf(save.error).message : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
          Save
        </Button>
      </Group>
    </form>
  )
}
