import { notifications } from '@mantine/notifications'
import { capital } from './names.ts'
import { failureOf } from './problems.ts'

export const notifyDone = (message: string): void => {
  notifications.show({ color: 'teal', message })
}

/** What was refused, and what to do; it stays until it is read. */
export function notifyFailure(error: unknown): void {
  const { message, help } = failureOf(error)
  notifications.show({
    color: 'red',
    title: help === undefined ? undefined : capital(message),
    message: help ?? capital(message),
    autoClose: 12_000,
  })
}
