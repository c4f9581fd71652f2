import { CloseButton, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

type Props = Omit<TextInputProps, 'onChange' | 'value'> & {
  readonly value: string
  readonly search: (text: string) => void
}

/** Searches while one types, not at every letter. */
export function SearchInput({ value, search, ...input }: Props) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const later = useDebouncedCallback(search, 300)
  const clear = () => {
    setText('')
    search('')
  }
  return (
    <TextInput
      leftSection={<IconSearch size={16} />}
      rightSection={text === '' ? null : <CloseButton size="sm" aria-label="Clear" onClick={clear} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        later(event.currentTarget.value)
      }}
      {...input}
    />
  )
}
