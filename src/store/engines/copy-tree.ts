import { copyFile, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Copies a folder that may change meanwhile: what vanishes is left out. Every file has reached the disk when it resolves.
 *
 * @param isWanted is asked of every file and folder with its path below `from`, `/` between names.
 */
export async function copyTree(
  from: string,
  to: string,
  isWanted: (path: string) => boolean = () => true,
  below = '',
): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  const entries = (await readdir(from, { withFileTypes: true })).filter(({ name }) =>
    isWanted(`${below}${name}`),
  )
  // Side by side: the disk takes the writes of many files at once.
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)]
      if (entry.isDirectory()) await copyTree(source, target, isWanted, `${below}${entry.name}/`)
      else if (entry.isFile()) await copyDurably(source, target)
    }),
  )
  await sync(to)
}

export async function copyDurably(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to)
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT' && (await vanished(from))) return
    throw reason
  }
  await sync(to)
}

const vanished = (path: string): Promise<boolean> =>
  stat(path).then(
    () => false,
    () => true,
  )

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
