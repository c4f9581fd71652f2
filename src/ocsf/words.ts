type Words = Readonly<Record<string, readonly string[]>>

/**
 * Words of apps for values of OCSF, by `object.attribute` (or the attribute alone, in a class) and caption. Spelling
 * counts by letters and digits only. A caption that an attribute of the name lacks counts for nothing there: findings
 * have a `status_id` without Success.
 */
export const SYNONYMS: Readonly<Record<string, Words>> = {
  status_id: {
    Success: ['succeeded', 'successful', 'ok', 'allow', 'allowed', 'granted', 'passed', 'true'],
    Failure: ['failed', 'fail', 'error', 'deny', 'denied', 'blocked', 'rejected', 'false'],
  },
  severity_id: {
    Informational: ['info', 'notice'],
    Low: ['minor'],
    Medium: ['warning', 'moderate'],
    High: ['major', 'error'],
    Critical: ['severe', 'urgent'],
  },
  auth_protocol_id: {
    OpenID: ['oidc', 'openidconnect'],
    SAML: ['saml2', 'saml20'],
    'OAUTH 2.0': ['oauth', 'oauth2'],
    'Basic Authentication': ['basic'],
  },
  'user.type_id': {
    User: ['human', 'person', 'member'],
    Admin: ['administrator', 'owner'],
    Service: [
      ...['bot', 'app', 'application', 'integration', 'machine'],
      ...['serviceaccount', 'serviceprincipal'],
    ],
  },
  'auth_factor.factor_type_id': {
    SMS: ['text'],
    'Phone Call': ['phone', 'voice', 'call'],
    'Push Notification': ['push'],
    'Hardware Token': ['hardware'],
    OTP: ['totp', 'hotp', 'authenticator'],
    WebAuthn: ['fido', 'fido2', 'passkey', 'securitykey'],
  },
  'managed_entity.type_id': {
    User: ['account', 'person', 'member'],
    Group: ['team'],
    Organization: ['org', 'workspace', 'tenant', 'company'],
    Policy: ['setting', 'settings'],
    'Network Zone': ['ipallowlist', 'network', 'zone'],
  },
  'file.type_id': {
    'Regular File': ['file', 'document', 'regular'],
    Folder: ['directory'],
    'Symbolic Link': ['link', 'shortcut'],
  },
  'device.type_id': {
    Mobile: ['phone', 'smartphone'],
    Desktop: ['pc', 'workstation', 'mac'],
    Laptop: ['notebook'],
    Virtual: ['vm'],
  },
  'idp.state_id': { Active: ['enabled'], Suspended: ['disabled'] },
}

/**
 * How kinds of things are spelled in `type` of resources and entities, so that one word finds them in every app.
 * Other kinds keep the app's word.
 */
export const RESOURCE_TYPES: readonly string[] = [
  ...[
    'API Token',
    'Application',
    'Audit Log',
    'Audit Log Stream',
    'Automation',
    'Board',
    'Branch Protection',
  ],
  ...[
    'Calendar',
    'Channel',
    'Dashboard',
    'Database',
    'Device',
    'Directory Sync',
    'Document',
    'Domain',
    'Email',
  ],
  ...['Environment', 'File', 'Folder', 'Form', 'Grant', 'Group', 'Identity Provider', 'Issue', 'License'],
  ...[
    'Mail Rule',
    'Mailbox',
    'Meeting',
    'Network Zone',
    'OAuth App',
    'Organization',
    'Page',
    'Pipeline',
    'Policy',
  ],
  ...[
    'Project',
    'Record',
    'Report',
    'Repository',
    'Role',
    'Secret',
    'Service Account',
    'Session',
    'Setting',
    'Site',
  ],
  ...['Space', 'SSH Key', 'Table', 'Task', 'Team', 'Template', 'Ticket', 'User', 'Webhook', 'Workspace'],
  'Workspace Export',
]

/** Captions compare by letters and digits alone: `mfa_factor_enable`, `MFA Factor Enable` and `mfaFactorEnable`. */
export function plainWord(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

const typeByPlainWord = new Map(RESOURCE_TYPES.map((type) => [plainWord(type), type]))

/** `oauth_app` as `OAuth App`; a word that is not in the list stays as it is. */
export function resourceType(word: string): string {
  return typeByPlainWord.get(plainWord(word)) ?? word
}
