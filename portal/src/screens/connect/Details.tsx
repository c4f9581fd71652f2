import { Fieldset, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { App } from '../../api/client.generated.ts'
import type { Draft } from './Connect.tsx'
import { InputField } from './InputField.tsx'

type Props = {
  readonly app: App
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
  readonly complaints: readonly { readonly path: string; readonly message: string }[]
  /** Of a connection that is there: the auth method stays, and so does each secret that is left empty. */
  readonly isChange?: boolean
}

/** The settings and secrets of the chosen way to sign in; each complaint stands at its field. */
export function Details({ app, draft, change, complaints, isChange = false }: Props) {
  const method = app.authMethods.find(({ name }) => name === draft.authMethod) ?? app.authMethods[0]
  const inputs = method?.inputs ?? []
  const complaintAt = (path: string) => complaints.find((item) => item.path === path)?.message
  const field = (input: (typeof inputs)[number]) => (
    <InputField
      key={input.name}
      input={isChange && input.isSecret ? { ...input, isOptional: true } : input}
      value={input.isSecret ? draft.secrets?.[input.name] : draft.settings[input.name]}
      error={complaintAt(`body.${input.isSecret ? 'secrets' : 'settings'}.${input.name}`)}
      change={(value) =>
        input.isSecret
          ? change({ secrets: { ...draft.secrets, [input.name]: String(value) } })
          : change({ settings: { ...draft.settings, [input.name]: value } })
      }
    />
  )
  const settings = inputs.filter(({ isSecret }) => !isSecret)
  const secrets = inputs.filter(({ isSecret }) => isSecret)
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Name of this connection"
          description="You may connect the same app several times."
          value={draft.name}
          error={complaintAt('body.name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        {app.authMethods.length > 1 && !isChange && (
          <Select
            label="Sign in with"
            description="How Fairlead proves itself to the app."
            allowDeselect={false}
            data={app.authMethods.map(({ name }) => name)}
            value={draft.authMethod}
            onChange={(authMethod) => authMethod !== null && change({ authMethod, secrets: {} })}
          />
        )}
      </SimpleGrid>
      {settings.length > 0 && (
        <Fieldset legend="Where">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>{settings.map(field)}</SimpleGrid>
        </Fieldset>
      )}
      {secrets.length > 0 && (
        <Fieldset legend={isChange ? 'Secrets: what is left empty stays' : 'Secrets'}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>{secrets.map(field)}</SimpleGrid>
        </Fieldset>
      )}
    </Stack>
  )
}
