import { Progress, Text } from '@mantine/core'

type Props = {
  readonly text: string
  /** Of the largest beside it, 0 to 1; nothing is drawn where it is not known. */
  readonly share: number | undefined
}

/** A number in a column, and under it how large it is among the others. */
export function Drawn({ text, share }: Props) {
  return (
    <>
      <Text size="sm" className="numbers">
        {text}
      </Text>
      {share !== undefined && (
        <Progress value={share * 100} size={4} w={96} mt={2} className="drawn" aria-hidden />
      )}
    </>
  )
}
