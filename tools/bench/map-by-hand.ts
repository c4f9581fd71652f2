import type { AuditRecord } from './map-records.ts'

/**
 * What a person would write instead of `map-connector.ts`: the limit of the mapping bench. It knows this one log, and does
 * for it all that the engine does: observables, captions, RFC 3339 times, and what is left in `unmapped`.
 */
export function eventByHand(record: AuditRecord): Event {
  const row = ROWS[record.action] ?? otherRow(record.action)
  const event = startEvent(record, row)
  const observables: Observable[] = []
  addActor(event, record, observables)
  addSource(event, record, observables)
  const used = row.add(event, record, observables)
  event['observables'] = observables
  event['unmapped'] = leftOf(record, used)
  return event
}

type Event = Record<string, unknown>
type Observable = { name: string; type_id: number; type: string; value: string }
type Head = Readonly<Record<string, unknown>>
type Row = {
  readonly head: Head
  readonly label: readonly string[]
  /** Adds what is particular to the event; returns the fields it used up. */
  readonly add: (event: Event, record: AuditRecord, observables: Observable[]) => ReadonlySet<string>
}

const PRODUCT = { name: 'Acme Code', vendor_name: 'Acme', uid: 'acme-code' }
const PROFILES = ['cloud', 'datetime', 'host']
const CLOUD = { provider: 'Acme', account: { name: 'Acme Code', type_id: 99, type: 'SaaS Tenant' } }

function startEvent(record: AuditRecord, { head, label }: Row): Event {
  const time = record['@timestamp']
  return {
    ...head,
    time,
    time_dt: isoText(time),
    status_id: 1,
    status: 'Success',
    cloud: CLOUD,
    metadata: {
      version: '1.8.0',
      profiles: PROFILES,
      product: PRODUCT,
      uid: `acme-code:audit:${record._document_id}`,
      original_event_uid: record._document_id,
      event_code: record.action,
      log_name: 'audit',
      labels: label,
    },
  }
}

const two = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
const three = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'))
let day = -1
let dayText = ''

function isoText(ms: number): string {
  const today = Math.floor(ms / 86_400_000)
  if (today !== day) {
    day = today
    dayText = new Date(ms).toISOString().slice(0, 11)
  }
  const seconds = Math.floor(ms / 1000) % 86_400
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  return `${dayText}${two[hours]}:${two[minutes % 60]}:${two[seconds % 60]}.${three[ms % 1000]}Z`
}

function addActor(event: Event, record: AuditRecord, observables: Observable[]): void {
  const uid = String(record.actor_id)
  const email = record['external_identity_nameid'] as string
  event['actor'] = { user: { uid, name: record.actor, email_addr: email } }
  observables.push(
    { name: 'actor.user.uid', type_id: 31, type: 'User Object: uid', value: uid },
    { name: 'actor.user.name', type_id: 4, type: 'User Name', value: record.actor },
    { name: 'actor.user.email_addr', type_id: 5, type: 'Email Address', value: email },
  )
}

function addSource(event: Event, record: AuditRecord, observables: Observable[]): void {
  const ip = record['actor_ip'] as string
  const country = (record['actor_location'] as { country_code: string }).country_code
  const agent = record['user_agent'] as string
  event['src_endpoint'] = { ip, location: { country } }
  event['http_request'] = { user_agent: agent, uid: record['request_id'] }
  observables.push(
    { name: 'src_endpoint.ip', type_id: 2, type: 'IP Address', value: ip },
    { name: 'src_endpoint.location.country', type_id: 14, type: 'Country', value: country },
    { name: 'http_request.user_agent', type_id: 16, type: 'HTTP User-Agent', value: agent },
  )
}

type HeadWords = {
  readonly classUid: number
  readonly className: string
  readonly category: string
  readonly activityId: number
  readonly activity: string
  readonly severityId?: number
  readonly severity?: string
}

function headOf({
  classUid,
  className,
  category,
  activityId,
  activity,
  severityId,
  severity,
}: HeadWords): Head {
  return {
    class_uid: classUid,
    class_name: className,
    category_uid: Math.floor(classUid / 1000),
    category_name: category,
    activity_id: activityId,
    activity_name: activity,
    type_uid: classUid * 100 + activityId,
    type_name: `${className}: ${activityId === 99 ? 'Other' : activity}`,
    severity_id: severityId ?? 1,
    severity: severity ?? 'Informational',
  }
}

const IAM = 'Identity & Access Management'
const APPLICATION = 'Application Activity'
const MEDIUM = { severityId: 3, severity: 'Medium' }
const ACCOUNT = { classUid: 3001, className: 'Account Change', category: IAM }
const ACCESS = { classUid: 3005, className: 'User Access Management', category: IAM }
const ENTITY = { classUid: 3004, className: 'Entity Management', category: IAM }
const WEB = { classUid: 6001, className: 'Web Resources Activity', category: APPLICATION }

const USED = [
  ...['@timestamp', '_document_id', 'action', 'actor', 'actor_id', 'actor_ip', 'actor_location'],
  ...['external_identity_nameid', 'request_id', 'user_agent'],
]
const used = (...names: string[]): ReadonlySet<string> => new Set([...USED, ...names])
const BY_USER = used('user', 'user_id')
const BY_REPO = used('repo', 'repo_id')
const BY_CHANGE = used('repo', 'repo_id', 'visibility', 'previous_visibility')
const BY_TEAM = used('user', 'user_id', 'team')
const BY_APP = used('programmatic_access_type')
const BY_TOKEN = used('token_id')
const BY_NAME = used('repo')

function addUser(event: Event, record: AuditRecord, observables: Observable[]): ReadonlySet<string> {
  const uid = String(record['user_id'])
  const name = record['user'] as string
  event['user'] = { uid, name }
  if (uid !== String(record.actor_id))
    observables.push({ name: 'user.uid', type_id: 31, type: 'User Object: uid', value: uid })
  if (name !== record.actor)
    observables.push({ name: 'user.name', type_id: 4, type: 'User Name', value: name })
  return BY_USER
}

function addRepository(event: Event, record: AuditRecord, observables: Observable[]): ReadonlySet<string> {
  const uid = String(record['repo_id'])
  event['web_resources'] = [{ uid, name: record['repo'], type: 'Repository' }]
  observables.push({ name: 'web_resources[0].uid', type_id: 10, type: 'Resource UID', value: uid })
  return BY_REPO
}

const ROWS: Readonly<Record<string, Row>> = {
  'org.add_member': {
    head: headOf({ ...ACCOUNT, activityId: 1, activity: 'Create' }),
    label: ['action:account.create'],
    add: addUser,
  },
  'org.remove_member': {
    head: headOf({ ...ACCOUNT, activityId: 6, activity: 'Delete' }),
    label: ['action:account.delete'],
    add: addUser,
  },
  'org.update_member': {
    head: headOf({ ...ACCESS, activityId: 1, activity: 'Assign Privileges', ...MEDIUM }),
    label: ['action:role.grant'],
    add: (event, record, observables) => {
      event['privileges'] = [`role:${record['operation_type']}`]
      return addUser(event, record, observables)
    },
  },
  'repo.create': {
    head: headOf({ ...WEB, activityId: 1, activity: 'Create' }),
    label: ['action:repository.create'],
    add: addRepository,
  },
  'repo.access': {
    head: headOf({ ...WEB, activityId: 3, activity: 'Update' }),
    label: ['action:repository.update'],
    add: (event, record, observables) => {
      addRepository(event, record, observables)
      const [resource] = event['web_resources'] as [Record<string, unknown>]
      const { visibility, previous_visibility: before } = record
      if (before !== undefined) resource['data'] = { value: before }
      if (visibility !== undefined) {
        const { uid, name, type } = resource
        event['web_resources_result'] = [{ data: { value: visibility }, uid, name, type }]
      }
      return BY_CHANGE
    },
  },
  'repo.destroy': {
    head: headOf({ ...WEB, activityId: 4, activity: 'Delete', ...MEDIUM }),
    label: ['action:repository.delete'],
    add: addRepository,
  },
  'team.add_member': {
    head: headOf({
      classUid: 3006,
      className: 'Group Management',
      category: IAM,
      activityId: 3,
      activity: 'Add User',
    }),
    label: ['action:group.member.add'],
    add: (event, record, observables) => {
      const name = record['team'] as string
      event['group'] = { name }
      addUser(event, record, observables)
      observables.push({ name: 'group.name', type_id: 32, type: 'Group Object: name', value: name })
      return BY_TEAM
    },
  },
  'oauth_authorization.create': {
    head: headOf({ ...ACCESS, activityId: 1, activity: 'Assign Privileges' }),
    label: ['action:oauth.consent'],
    add: (event, record, observables) => {
      const name = record['programmatic_access_type'] as string
      event['privileges'] = (record['token_scopes'] as string).split(',')
      event['resources'] = [{ name, type: 'OAuth App' }]
      event['user'] = { name, type_id: 4, type: 'Service' }
      observables.push(
        { name: 'resources[0].name', type_id: 38, type: 'Resource Details Object: name', value: name },
        { name: 'user.name', type_id: 4, type: 'User Name', value: name },
      )
      return BY_APP
    },
  },
  'personal_access_token.create': {
    head: headOf({ ...ENTITY, activityId: 1, activity: 'Create' }),
    label: ['action:token.create'],
    add: (event, record) => {
      event['entity'] = { type_id: 99, type: 'API Token', uid: String(record['token_id']) }
      return BY_TOKEN
    },
  },
  'hook.create': {
    head: headOf({ ...ENTITY, activityId: 1, activity: 'Create' }),
    label: ['action:webhook.create'],
    add: (event, record) => {
      event['entity'] = { type_id: 99, type: 'Webhook', name: record['repo'] }
      return BY_NAME
    },
  },
  'git.clone': {
    head: headOf({ ...WEB, activityId: 7, activity: 'Export' }),
    label: ['action:repository.clone'],
    add: addRepository,
  },
}

const OTHER = ['action:other']

function otherRow(action: string): Row {
  return {
    head: headOf({
      ...{ classUid: 6003, className: 'API Activity', category: APPLICATION },
      ...{ activityId: 99, activity: action },
    }),
    label: OTHER,
    add: addResource,
  }
}

function addResource(event: Event, record: AuditRecord, observables: Observable[]): ReadonlySet<string> {
  const uid = String(record['repo_id'])
  const name = record['repo'] as string
  event['api'] = { operation: record.action }
  event['resources'] = [{ name, uid }]
  observables.push(
    { name: 'resources[0].name', type_id: 38, type: 'Resource Details Object: name', value: name },
    { name: 'resources[0].uid', type_id: 10, type: 'Resource UID', value: uid },
  )
  return BY_REPO
}

/** Whatever the event does not hold stays under the app's own names. */
function leftOf(record: AuditRecord, taken: ReadonlySet<string>): Record<string, unknown> {
  const left: Record<string, unknown> = {}
  for (const key in record) if (!taken.has(key)) left[key] = record[key]
  return left
}
