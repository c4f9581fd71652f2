import { Button, Group, NumberInput, Paper, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { OrganisationSettings } from '../../api/client.generated.ts'
import { call, useMay, useMe } from '../../api/session.ts'
import { confirm } from '../../parts/confirm.tsx'
import { notifyDone } from '../../parts/notify.ts'
import { Page } from '../../parts/Page.tsx'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { DeleteOrganisation } from './DeleteOrganisation.tsx'

/** What holds for the whole organisation. */
export function Settings() {
  const { name, kinds } = useMe().data?.organisation ?? {}
  const mayDelete = useMay()('organisation.delete') && kinds?.includes('operator') === false
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => call('getSettings', {}, signal),
  })
  return (
    <Page title="Settings" about="What holds for the whole organisation.">
      {settings.isPending && <LoadingState />}
      {settings.isError && <ErrorState error={settings.error} retry={() => settings.refetch()} />}
      {settings.isSuccess && <Keeping settings={settings.data} />}
      {name !== undefined && mayDelete && <DeleteOrganisation name={name} />}
    </Page>
  )
}

function Keeping({ settings }: { readonly settings: OrganisationSettings }) {
  const queries = useQueryClient()
  const form = useForm({
    initialValues: settings,
    validate: {
      retentionDays: (days) => (days >= 1 && days <= 3650 ? null : 'Between 1 and 3650 days'),
      quarantineDays: (days) => (days >= 1 && days <= 365 ? null : 'Between 1 and 365 days'),
    },
  })
  const change = useMutation({
    mutationFn: (body: OrganisationSettings) => call('changeSettings', { body }),
    onSuccess: (changed) => {
      queries.setQueryData(['settings'], changed)
      form.setInitialValues(changed)
      form.setValues(changed)
      notifyDone('Saved.')
    },
  })
  /** Less time is asked for twice: what is older is deleted, and nobody brings it back. */
  const submit = (wanted: OrganisationSettings) => {
    const isShorter =
      wanted.retentionDays < settings.retentionDays || wanted.quarantineDays < settings.quarantineDays
    if (!isShorter) change.mutate(wanted)
    else
      confirm({
        title: 'Delete what is older?',
        text: `Events older than ${wanted.retentionDays} days and records set aside longer than ${wanted.quarantineDays} days are deleted for good by the next clean-up.`,
        confirm: 'Delete what is older',
        run: () => change.mutate(wanted),
      })
  }
  return (
    <Paper maw={640}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="md">
          <Title order={2}>How long things are kept</Title>
          {change.isError && <ErrorState error={change.error} />}
          <NumberInput
            label="Events, in days"
            description="An event older than this is deleted. Searches, exports and detections reach back this far."
            min={1}
            max={3650}
            allowDecimal={false}
            {...form.getInputProps('retentionDays')}
          />
          <NumberInput
            label="Records set aside, in days"
            description="A record that could not become an event waits this long for a corrected mapping."
            min={1}
            max={365}
            allowDecimal={false}
            {...form.getInputProps('quarantineDays')}
          />
          <Text size="sm" c="dimmed">
            Accounts and settings of apps are kept as last read. The audit trail is kept for good.
          </Text>
          <Group justify="flex-end">
            <Button type="submit" disabled={!form.isDirty()} loading={change.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}
