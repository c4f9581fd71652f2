import { Fault } from '../lib/fault.ts'
import type { Arguments } from './verb.ts'

/** An option's value as a number; `undefined` when it is not given. @throws {Fault} `USAGE_WRONG` */
export function wholeNumber(args: Arguments, name: string): number | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new Fault('USAGE_WRONG', `--${name} ${text}: a whole number`)
  return Number(text)
}

/** As `wholeNumber`, as a port of this machine; 0 is any free one. */
export function portNumber(args: Arguments, name: string): number | undefined {
  const port = wholeNumber(args, name)
  if (port !== undefined && port > 65_535)
    throw new Fault('USAGE_WRONG', `--${name} ${port}: a port is at most 65535`)
  return port
}
