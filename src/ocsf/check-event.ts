import { complain, type Report } from './problem.ts'
import { classByUid, OCSF_VERSION, objectByName, PROFILES, type Shape } from './tables.ts'

type Event = Readonly<Record<string, unknown>>

/** What concerns the event as a whole: its type, its version, its profiles, and where its observables point. */
export function checkEventFacts(event: Event, report: Report): void {
  checkTypeUid(event, report)
  const metadata = event['metadata']
  if (typeof metadata === 'object' && metadata !== null) {
    checkVersion((metadata as Event)['version'], report)
    checkProfiles(event, (metadata as Event)['profiles'], report)
  }
  checkObservables(event, report)
}

function checkTypeUid(event: Event, report: Report): void {
  const { class_uid: classUid, activity_id: activityId, type_uid: typeUid } = event
  if (!Number.isInteger(classUid) || !Number.isInteger(activityId) || !Number.isInteger(typeUid)) return
  const expected = Number(classUid) * 100 + Number(activityId)
  if (typeUid !== expected)
    complain(report, { code: 'type_uid_incorrect', message: `expected ${expected}`, at: 'type_uid' })
}

const SEMVER = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

function checkVersion(version: unknown, report: Report): void {
  if (typeof version !== 'string' || version === OCSF_VERSION) return
  const at = 'metadata.version'
  const [, major, minor, patch, preRelease] = SEMVER.exec(version) ?? []
  if (major === undefined) {
    complain(report, { code: 'version_invalid_format', message: `no semantic version: ${version}`, at })
    return
  }
  const [ourMajor = 0, ourMinor = 0, ourPatch = 0] = OCSF_VERSION.split('.').map(Number)
  const ahead = Number(major) - ourMajor || Number(minor) - ourMinor || Number(patch) - ourPatch
  if (major === '0')
    complain(report, {
      code: 'version_incompatible_initial_development',
      message: `${version} is a draft`,
      at,
    })
  else if (ahead > 0)
    complain(report, { code: 'version_incompatible_later', message: `later than ${OCSF_VERSION}`, at })
  else if (preRelease !== undefined)
    complain(report, { code: 'version_incompatible_prerelease', message: `${version} is no release`, at })
  else
    complain(report, {
      code: 'version_earlier',
      message: `earlier than ${OCSF_VERSION}`,
      at,
      level: 'warning',
    })
}

function checkProfiles(event: Event, profiles: unknown, report: Report): void {
  if (!Array.isArray(profiles)) return
  const allowed = classByUid(event['class_uid'] as number)?.profiles ?? []
  for (const [i, name] of profiles.entries()) {
    const at = `metadata.profiles[${i}]`
    if (!PROFILES.has(name))
      complain(report, { code: 'profile_unknown', message: `no profile ${String(name)}`, at })
    else if (!allowed.includes(name))
      complain(report, {
        code: 'profile_not_allowed',
        message: `the class does not have the profile ${name}`,
        at,
      })
  }
}

function checkObservables(event: Event, report: Report): void {
  const { observables } = event
  const shape = classByUid(event['class_uid'] as number)
  if (!Array.isArray(observables) || shape === undefined) return
  const profiles = declared(event)
  for (const [i, observable] of observables.entries()) {
    const name: unknown = observable?.name
    if (typeof name === 'string' && !leadsSomewhere(shape, name, profiles))
      complain(report, {
        code: 'observable_name_invalid_reference',
        message: `the class has no attribute ${name}`,
        at: `observables[${i}].name`,
      })
  }
}

const declared = (event: Event): readonly unknown[] => {
  const profiles = (event['metadata'] as Event | undefined)?.['profiles']
  return Array.isArray(profiles) ? profiles : []
}

/** Follows names only: `a.b`, `a[].b` and `a[0].b` all mean the same attribute. */
function leadsSomewhere(root: Shape, path: string, profiles: readonly unknown[]): boolean {
  let shape: Shape | undefined = root
  for (const step of path.replaceAll(/\[\d*\]/g, '').split('.')) {
    const attribute: ReturnType<Shape['attributes']['get']> = shape?.attributes.get(step)
    if (attribute === undefined) return shape !== undefined && shape.attributes.size === 0
    if (attribute.profiles?.some((name) => profiles.includes(name)) === false) return false
    shape = attribute.object === undefined ? undefined : objectByName(attribute.object)
  }
  return true
}
