import { enableCompileCache } from 'node:module'

/** What `fairlead run` loads and does until its first event; the cache is the one its second start finds. */
enableCompileCache()
process.argv[3] = '1'
await import('./pipeline-loop.ts')
