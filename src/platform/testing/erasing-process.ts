import { systemClock } from '../../lib/clock.ts'
import { Secret } from '../../lib/secret.ts'
import { dueDeletions } from '../../store/postgres/deletion-rows.ts'
import { openCatalog } from '../catalog.ts'
import { deletionPorts, STEPS } from '../deletion.ts'
import { openPlatform } from '../open-platform.ts'
import { platformOptions } from '../options.ts'

/** What a process needs to open the platform of a test beside it. */
export type ErasingPlace = {
  readonly directory: string
  readonly databaseUrl: string
  readonly clickhouseUrl: string
  readonly rootKeys: string
  readonly authSecret: string
}

// Takes the steps of a deletion one by one, and says before each which one; whoever started it kills it then.
const { directory, databaseUrl, clickhouseUrl, rootKeys, authSecret } = JSON.parse(
  process.argv[2] ?? '{}',
) as ErasingPlace
const platform = await openPlatform(
  {
    ...platformOptions({ PORT: '1', FAIRLEAD_DIRECTORY: directory }),
    ...{ databaseUrl, clickhouseUrl, rootKeys, authSecret: new Secret(authSecret) },
  },
  {
    ...{ clock: systemClock, log: () => undefined, catalog: await openCatalog('connectors') },
    engines: Promise.resolve({ databaseUrl, clickhouseUrl, close: async () => undefined }),
  },
)
const ports = deletionPorts(platform)
const [deletion] = await platform.stores.control.asPlatform((tx) => dueDeletions(tx, new Date(0)))
if (deletion === undefined) throw new Error('there is nothing to erase')
for (const [at, step] of STEPS.entries()) {
  process.send?.(at)
  await step(ports, deletion)
}
process.send?.(STEPS.length)
