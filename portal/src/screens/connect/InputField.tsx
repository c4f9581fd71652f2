import { MultiSelect, NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { App } from '../../api/client.generated.ts'

type Input = App['authMethods'][number]['inputs'][number]
type Props = {
  readonly input: Input
  readonly value: unknown
  readonly error: string | undefined
  readonly change: (value: unknown) => void
}

/** One input of the manifest as a field of a form. */
export function InputField({ input, value, error, change }: Props) {
  const common = {
    label: input.title,
    description: input.help,
    error,
    'data-testid': `input-${input.name}`,
  }
  const asked = { ...common, withAsterisk: !input.isOptional }
  const text = typeof value === 'string' ? value : ''
  if (input.isSecret)
    return /key$/.test(input.name) && input.name.includes('private') ? (
      <Textarea
        {...asked}
        autosize
        minRows={3}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    ) : (
      <PasswordInput
        {...asked}
        autoComplete="off"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    )
  const options = (input.options ?? []).map(({ value: option, title }) => ({ value: option, label: title }))
  switch (input.type) {
    case 'boolean':
      return (
        <Switch
          {...common}
          checked={value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...asked}
          value={typeof value === 'number' ? value : ''}
          onChange={(number) => change(number === '' ? undefined : number)}
        />
      )
    case 'choice':
      return (
        <Select {...asked} data={options} value={text} onChange={(choice) => change(choice ?? undefined)} />
      )
    case 'choices':
      return (
        <MultiSelect
          {...asked}
          data={options}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={change}
        />
      )
    default:
      return (
        <TextInput
          {...asked}
          placeholder={input.example}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )
  }
}
