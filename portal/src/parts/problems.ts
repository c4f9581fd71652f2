import { ApiError } from '../api/client.generated.ts'

export type Failure = {
  readonly code: string
  readonly message: string
  readonly help?: string
  readonly requestId?: string
  readonly complaints?: readonly { readonly path: string; readonly message: string }[]
}

export const NO_ANSWER = 'NO_ANSWER'

/** Whatever was thrown, as something to show. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return error.error
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error)
    return error as Failure
  return {
    code: NO_ANSWER,
    message: 'The platform does not answer.',
    help: 'Check that it runs, then try again.',
  }
}
