#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
process.removeAllListeners('warning')
const { main } = await import('./cli/main.ts')
const interrupt = new AbortController()
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(130)
  interrupt.abort(new Error('interrupted'))
})
process.on('SIGTERM', () => interrupt.abort(new Error('terminated')))
// A reader that goes away (`fairlead run … | head`) is a normal end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  isInteractive: process.stderr.isTTY === true,
  hasColor: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
  env: process.env,
  signal: interrupt.signal,
})
