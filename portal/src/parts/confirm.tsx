import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'

type Question = {
  readonly title: string
  /** What it means. */
  readonly text: string
  readonly confirm: string
  readonly run: () => void
}

/** Asks again before something that cannot be undone. */
export function confirm({ title, text, confirm: label, run }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: label, cancel: 'Keep' },
    confirmProps: { color: 'red' },
    onConfirm: run,
  })
}
