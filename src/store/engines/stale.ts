import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/**
 * Stops what an earlier start of ours left running: its parent was killed and it is still on its way out, or did not notice.
 * A process counts as ours when `mark`, the folder it works on, is in its command line; a number used again by another program is left alone.
 */
export async function stopStale(
  pid: number | undefined,
  mark: string,
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<boolean> {
  if (pid === undefined || !(await isOurs(pid, mark))) return false
  kill(pid, signal)
  const until = Date.now() + patienceMs
  while (Date.now() < until && (await isOurs(pid, mark))) await delay(20)
  if (await isOurs(pid, mark)) kill(pid, 'SIGKILL')
  while (await isOurs(pid, mark)) await delay(20)
  return true
}

/** Whether the process of this number works on the folder `mark`. A process that has ended and waits for its parent does not. */
export async function isOurs(pid: number, mark: string): Promise<boolean> {
  return (await commandLine(pid)).includes(mark)
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux')
    return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
      (text) => text.replaceAll('\0', ' '),
      () => '',
    )
  return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  )
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code !== 'ESRCH') throw reason
  }
}

/** Whether a process of this number exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (reason) {
    return (reason as NodeJS.ErrnoException).code === 'EPERM'
  }
}
