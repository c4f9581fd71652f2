import type { Template } from '../model/expression.ts'
import { match, patternOf } from './pattern.ts'

/** Whether a host name is one that the manifest declares, whatever the settings; `*.` stands for one label, a setting for one label or the whole name. */
export function hostRule(hosts: readonly Template[]): (host: string) => boolean {
  const patterns = hosts.map(patternOf)
  const isLabel = (text: string) => /^[a-z0-9-]+$/.test(text)
  // No installation is ever named .invalid (RFC 6761): what leads there leads away from the app.
  const isName = (text: string) => /^[a-z0-9.-]+$/.test(text) && !text.endsWith('.invalid')
  const fits = (host: string) =>
    patterns.some((pattern) => match(pattern, host, pattern.length === 1 ? isName : isLabel) !== undefined)
  return (host) => fits(host.toLowerCase()) || fits(host.toLowerCase().replace(/^[^.]+/, '*'))
}
