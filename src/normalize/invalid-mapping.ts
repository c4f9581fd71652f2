import { Fault } from '../lib/fault.ts'

/** For what the check of the manifest refuses, should a connector be made without it. */
export function invalidMapping(message: string): Fault {
  return new Fault('MANIFEST_INVALID', message)
}
