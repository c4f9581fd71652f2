import { enableCompileCache } from 'node:module'

// The pipeline in a process of its own, started as bin/fairlead starts: with the cache that its second start finds.
enableCompileCache()
await import('./pipeline-loop.ts')
