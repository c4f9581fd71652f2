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
    withAsterisk: !input.isOptional,
    'data-testid': `input-${input.name}`,
  }
  const text = typeof value === 'string' ? value : ''
  if (input.isSecret)
    return /key$/.test(input.name) && input.name.includes('private') ? (
      <Textarea
        {...common}
        autosize
        minRows={3}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    ) : (
      <PasswordInput
        {...common}
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
          {...common}
          value={typeof value === 'number' ? value : ''}
          onChange={(number) => change(number === '' ? undefined : number)}
        />
      )
    case 'choice':
      return (
        <Select {...common} data={options} value={text} onChange={(choice) => change(choice ?? undefined)} />
      )
    case 'choices':
      return (
        <MultiSelect
          {...common}
          data={options}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={change}
        />
      )
    default:
      return (
        <TextInput
          {...common}
          placeholder={input.example}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )
  }
}
