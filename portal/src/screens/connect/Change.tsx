import { Alert, Button, Group, Paper } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { App, Connection, ConnectionChange } from '../../api/client.generated.ts'
import { appQuery, connectionQuery } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { notifyDone } from '../../parts/notify.ts'
import { type Back, Loaded, Page } from '../../parts/Page.tsx'
import { failureOf } from '../../parts/problems.ts'
import { ErrorState } from '../../parts/States.tsx'
import type { Draft } from './Connect.tsx'
import { Details } from './Details.tsx'
import { Features } from './Features.tsx'
import { useFollow } from './follow.ts'

/** Changes a connection in place: what it is for, its settings, its secrets. */
export function Change() {
  const { connectionId } = useParams({ strict: false }) as { connectionId: string }
  const connection = useQuery(connectionQuery(connectionId))
  return (
    <Loaded query={connection} what="Connection" back={{ label: 'Apps', to: '/apps' }}>
      {(data) => <OfApp connection={data} />}
    </Loaded>
  )
}

const backOf = ({ id, name }: Connection): Back => ({ label: name, to: `/apps/${id}` })

function OfApp({ connection }: { readonly connection: Connection }) {
  const app = useQuery(appQuery(connection.app.id))
  return (
    <Loaded query={app} what={`Change ${connection.name}`} back={backOf(connection)}>
      {(data) => <Form app={data} connection={connection} />}
    </Loaded>
  )
}

const draftOf = ({ name, features, authMethod = '', settings }: Connection): Draft => ({
  name,
  features,
  authMethod,
  settings,
  secrets: {},
})

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Only what is another: whatever is sent is judged anew. */
function changeOf(connection: Connection, draft: Draft): ConnectionChange {
  const { name, features, settings, secrets = {} } = draft
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''))
  return {
    ...(name !== connection.name && { name }),
    ...(!isSame(features.toSorted(), connection.features.toSorted()) && { features }),
    ...(!isSame(settings, connection.settings) && { settings }),
    ...(Object.keys(given).length > 0 && { secrets: given }),
  }
}

function Form({ app, connection }: { readonly app: App; readonly connection: Connection }) {
  const [draft, setDraft] = useState(() => draftOf(connection))
  const navigate = useNavigate()
  const follow = useFollow()
  const body = changeOf(connection, draft)
  const save = useMutation({
    mutationFn: () => call('changeConnection', { params: { id: connection.id }, body }),
    onSuccess: async (next) => {
      if ((await follow(next)) || next.step !== 'done') return
      notifyDone('Changed. What is read from now on is read so.')
      await navigate({ to: `/apps/${connection.id}` })
    },
  })
  const complaints = save.isError ? (failureOf(save.error).complaints ?? []) : []
  const change = (part: Partial<Draft>) => setDraft((known) => ({ ...known, ...part }))
  return (
    <Page
      title={`Change ${connection.name}`}
      back={backOf(connection)}
      about="What needs another permission is asked for in the app. Another address asks for the secrets anew."
    >
      {save.isError && complaints.length === 0 && <ErrorState error={save.error} />}
      {save.data?.fault !== undefined && <ErrorState error={save.data.fault} />}
      {save.data?.step === 'secrets' && (
        <Alert color="rope" variant="light" icon={<IconKey size={18} />} title="Secrets are needed anew">
          A secret is kept for the addresses it was given for. Fill in {save.data.names?.join(', ')}.
        </Alert>
      )}
      <Paper>
        <Features app={app} draft={draft} change={change} isChange />
      </Paper>
      <Paper>
        <Details app={app} draft={draft} change={change} complaints={complaints} isChange />
      </Paper>
      <Group justify="flex-end">
        <Button
          onClick={() => save.mutate()}
          loading={save.isPending}
          disabled={Object.keys(body).length === 0 || draft.features.length === 0}
        >
          Save
        </Button>
      </Group>
    </Page>
  )
}
