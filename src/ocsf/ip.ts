import { isIP } from 'node:net'

export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0
}

/** Drops the port and the brackets that some apps put around an address; `undefined` when no address is left. */
export function ipAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIpAddress(bare) && bare.length <= 40 ? bare : undefined
}
