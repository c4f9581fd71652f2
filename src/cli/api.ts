import { roleVerb } from './serve.ts'

export const verb = roleVerb('api', 'Serves portal and API alone; workers are other processes.')
