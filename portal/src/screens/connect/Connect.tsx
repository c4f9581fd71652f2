import { Alert, Button, Group, Stepper } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { App, NewConnection } from '../../api/client.generated.ts'
import { appQuery } from '../../api/queries.ts'
import { call } from '../../api/session.ts'
import { type Back, Loaded, Page } from '../../parts/Page.tsx'
import { failureOf } from '../../parts/problems.ts'
import { ErrorState } from '../../parts/States.tsx'
import { ConsentCode } from './ConsentCode.tsx'
import { Details } from './Details.tsx'
import { Features } from './Features.tsx'
import { useFollow } from './follow.ts'

/** Connects an app: what it is for, what it takes, and the app's own consent. */
export function Connect() {
  const { appId } = useParams({ strict: false }) as { appId: string }
  const { connection } = useSearch({ strict: false }) as { connection?: string }
  const app = useQuery(appQuery(appId))
  return (
    <Loaded query={app} what="Connect" back={{ label: 'Catalog', to: '/catalog' }}>
      {(data) =>
        connection === undefined ? <Wizard app={data} /> : <Consenting app={data} connectionId={connection} />
      }
    </Loaded>
  )
}

const backOf = ({ id, name }: App): Back => ({ label: name, to: `/catalog/${id}` })

export type Draft = Omit<NewConnection, 'app'> & { readonly authMethod: string }

/** Reading is chosen beforehand; acting is not: it is asked for only when somebody wants it. */
function emptyDraft(app: App): Draft {
  const method = app.authMethods[0]
  const settings = (method?.inputs ?? []).filter(
    ({ isSecret, default: value }) => !isSecret && value !== undefined,
  )
  return {
    name: app.name,
    features: app.features.map(({ name }) => name).filter((name) => name !== 'respond'),
    authMethod: method?.name ?? '',
    settings: Object.fromEntries(settings.map(({ name, default: value }) => [name, value])),
    secrets: {},
  }
}

const ABOUT = 'Least privilege: only what you choose here is asked for.'
const STEPS = [
  ['Choose', 'What it is for'],
  ['Details', 'Where, and how to sign in'],
  ['Consent', 'In the app'],
] as const

/** The last step of a connection that is there already: it goes on where a person left it. */
function Consenting({ app, connectionId }: { readonly app: App; readonly connectionId: string }) {
  return (
    <Page title={`Connect ${app.name}`} back={backOf(app)} about={ABOUT}>
      <Stepper active={2} size="sm" iconSize={32}>
        {STEPS.map(([label, description]) => (
          <Stepper.Step key={label} label={label} description={description} allowStepSelect={false}>
            <ConsentCode appName={app.name} connectionId={connectionId} />
          </Stepper.Step>
        ))}
      </Stepper>
    </Page>
  )
}

const CONSENTS = {
  redirect: (app: string) =>
    `Next, ${app} asks you for your consent on its own page, and sends you back here.`,
  code: (app: string) =>
    `Next, you are shown a code; you type it into ${app}, on any device, and consent there.`,
} as const

function Wizard({ app }: { readonly app: App }) {
  const [step, showStep] = useState(0)
  const setStep = (next: number) => {
    showStep(next)
    window.scrollTo({ top: 0 })
  }
  const [draft, setDraft] = useState(() => emptyDraft(app))
  const navigate = useNavigate()
  const follow = useFollow()
  const create = useMutation({
    mutationFn: () =>
      call('createConnection', {
        body: { ...draft, app: app.id },
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: async (next) => {
      if (await follow(next)) return
      const search = next.step === 'done' ? { connected: true } : {}
      await navigate({ to: `/apps/${next.connection.id}`, search: search as never })
    },
  })
  const change = (part: Partial<Draft>) => setDraft((known) => ({ ...known, ...part }))
  const method = app.authMethods.find(({ name }) => name === draft.authMethod)
  const complaints = create.isError ? (failureOf(create.error).complaints ?? []) : []
  return (
    <Page title={`Connect ${app.name}`} back={backOf(app)} about={ABOUT}>
      <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false} size="sm" iconSize={32}>
        <Stepper.Step label={STEPS[0][0]} description={STEPS[0][1]}>
          <Features app={app} draft={draft} change={change} />
          <Group justify="flex-end" mt="lg">
            <Button onClick={() => setStep(1)} disabled={draft.features.length === 0} data-testid="next">
              Continue
            </Button>
          </Group>
        </Stepper.Step>
        <Stepper.Step label={STEPS[1][0]} description={STEPS[1][1]}>
          {create.isError && complaints.length === 0 && <ErrorState error={create.error} />}
          <Details app={app} draft={draft} change={change} complaints={complaints} />
          {method?.consent !== undefined && (
            <Alert mt="md" variant="light" icon={<IconInfoCircle size={16} />}>
              {CONSENTS[method.consent](app.name)}
            </Alert>
          )}
          <Group justify="space-between" mt="lg">
            <Button variant="default" onClick={() => setStep(0)}>
              Back
            </Button>
            <Button onClick={() => create.mutate()} loading={create.isPending} data-testid="create">
              {method?.consent === undefined ? 'Connect' : `Continue to ${app.name}`}
            </Button>
          </Group>
        </Stepper.Step>
        <Stepper.Step label={STEPS[2][0]} description={STEPS[2][1]} />
      </Stepper>
    </Page>
  )
}
