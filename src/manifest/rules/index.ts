import type { Study } from '../study.ts'
import { actions } from './actions.ts'
import { auth } from './auth.ts'
import { bodies } from './bodies.ts'
import { checkCases } from './check-cases.ts'
import { detections } from './detections.ts'
import { headers } from './headers.ts'
import { hosts } from './hosts.ts'
import { mappings } from './mapping.ts'
import { paging } from './paging.ts'
import { posture } from './posture.ts'
import { references } from './references.ts'
import { settings } from './settings.ts'
import { streams } from './streams.ts'
import { urls } from './urls.ts'

/** What a manifest must hold to beyond its form. Each rule looks at one subject and knows of no other. */
export const RULES: readonly ((study: Study) => void)[] = [
  references,
  settings,
  hosts,
  urls,
  headers,
  bodies,
  auth,
  streams,
  paging,
  mappings,
  posture,
  checkCases,
  actions,
  detections,
]
