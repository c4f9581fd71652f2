import { roleVerb } from './serve.ts'

export const verb = roleVerb(
  'worker',
  'Reads streams when they are due, beside other workers; needs DATABASE_URL or the engines of this machine.',
)
