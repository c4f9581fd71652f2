import { PinInput } from '@mantine/core'

type Props = {
  readonly submit: (code: string) => void
  /** How often it was wrong: each time the digits are gone, so that none is sent with what is typed next. */
  readonly failures: number
  readonly isPending: boolean
  readonly autoFocus?: boolean
}

/** What an authenticator shows, sent once it is whole. */
export function SixDigits({ submit, failures, isPending, autoFocus = false }: Props) {
  return (
    <PinInput
      key={failures}
      length={6}
      type="number"
      oneTimeCode
      autoFocus={autoFocus || failures > 0}
      readOnly={isPending}
      aria-label="Six digits"
      getInputProps={(index) => ({ 'aria-label': `Digit ${index + 1} of 6` })}
      onComplete={submit}
    />
  )
}
