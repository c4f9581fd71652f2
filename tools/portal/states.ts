import type { Page, Route } from 'playwright-core'
import type { Screen } from './visit.ts'

type Answer = Record<string, unknown> & { readonly items?: readonly Item[] }
type Item = Record<string, unknown>
/** What the platform answered, changed on its way to the page: a state that the demo does not come to by itself. */
type Change = (answer: Answer) => Answer

const API = '**/api/v1/'

/** States that no test visits: what is there before anything is, what goes wrong, and what is longer than anybody thought. */
export const statesOf = (connectionId: string): readonly Screen[] => {
  const instance = `/apps/${connectionId}`
  return [
    { name: 'not-found', path: '/no-such-page' },
    { name: 'state-missing', path: '/apps/con_00000000000000000000000000', isRefused: true },
    {
      name: 'state-loading',
      path: '/accounts',
      arrange: (page) => page.route(`${API}accounts?*`, () => undefined),
      isUnsettled: true,
    },
    {
      name: 'state-error',
      path: '/accounts',
      arrange: (page) => page.route(`${API}accounts?*`, (route) => route.fulfill(REFUSAL)),
      isRefused: true,
    },
    {
      name: 'state-failing',
      path: instance,
      arrange: (page) => changed(page, `connections/${connectionId}/streams`, failing),
    },
    {
      name: 'state-lost-consent',
      path: `${instance}?tab=access`,
      arrange: (page) => changed(page, `connections/${connectionId}`, withoutConsent),
    },
    {
      name: 'state-quarantine',
      path: `${instance}?tab=quarantine`,
      arrange: (page) =>
        changed(page, `connections/${connectionId}/quarantine?*`, () => ({ items: QUARANTINED })),
    },
    {
      name: 'state-long-names',
      path: '/activity?last=30d',
      arrange: (page) => changed(page, 'activity?*', withLongNames),
    },
    {
      name: 'state-long-accounts',
      path: '/accounts',
      arrange: (page) => changed(page, 'accounts?*', withLongNames),
    },
    { name: 'open-navigation', path: '/apps', prepare: openNavigation },
    { name: 'open-actions', path: instance, prepare: (page) => press(page, 'Actions') },
    {
      name: 'open-confirmation',
      path: instance,
      prepare: async (page) => {
        await press(page, 'Actions')
        await page.getByRole('menuitem', { name: 'Disconnect' }).click()
      },
    },
    { name: 'open-queries', path: '/activity?last=30d', prepare: (page) => press(page, 'Queries') },
    { name: 'open-export', path: '/activity?last=30d', prepare: (page) => press(page, 'Export') },
    { name: 'open-condition', path: '/activity?last=30d', prepare: (page) => press(page, 'Condition') },
    {
      name: 'open-role',
      path: '/members',
      prepare: async (page) => {
        await press(page, 'Actions for Dana Ruiz')
        await page.getByRole('menuitem', { name: 'Change role' }).click()
      },
    },
    {
      name: 'made-key',
      path: '/api-keys',
      prepare: async (page) => {
        await page.getByTestId('create-key').first().click()
        await page
          .getByRole('textbox', { name: 'Name' })
          .fill('Ticket system in the data centre at the harbour')
        await page.getByLabel('Export activity').check()
        await press(page, 'Make the key')
        await page.getByTestId('shown-once').waitFor()
      },
    },
    {
      name: 'made-webhook',
      path: '/webhooks',
      prepare: async (page) => {
        await page.getByTestId('create-webhook').first().click()
        await page
          .getByRole('textbox', { name: 'Address' })
          .fill('https://hooks.example/teams/security/fairlead-of-harbour-bank')
        await press(page, 'Add')
        await page.getByTestId('shown-once').waitFor()
      },
    },
    {
      name: 'made-invitation',
      path: '/members',
      prepare: async (page) => {
        await page.getByTestId('invite').click()
        await page.getByRole('textbox', { name: 'E-mail' }).fill(`somebody.new.${Date.now()}@harbour.example`)
        await press(page, 'Send the invitation')
        await page.getByTestId('invitations').waitFor()
      },
    },
    { name: 'reset-password', path: '/reset-password?token=a' },
    { name: 'invitation', path: '/invitations/nothing', isRefused: true },
  ]
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click()

async function openNavigation(page: Page): Promise<void> {
  const burger = page.getByRole('button', { name: 'Menu', exact: true })
  if (await burger.isVisible()) await burger.click()
}

const changed = (page: Page, path: string, change: Change): Promise<unknown> =>
  page.route(`${API}${path}`, async (route: Route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: change((await response.json()) as Answer) })
  })

const REFUSAL = {
  status: 400,
  json: {
    error: {
      code: 'QUERY_INVALID',
      message: 'The search was not understood.',
      help: 'Take out the quotation mark, or close it.',
      blame: 'operator',
      requestId: 'req_01JDA0Z4T7XH',
    },
  },
}

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()

const fault = (code: string, blame: string, message: string, help: string) => ({
  code,
  blame,
  message,
  help,
  at: inMinutes(-4),
})

const FAILURES: Readonly<Record<string, Item>> = {
  audit: {
    state: 'failed',
    nextRunAt: inMinutes(6),
    quota: { limit: 5000, remaining: 212, resetAt: inMinutes(22) },
    fault: fault(
      'RATE_LIMITED',
      'source',
      'The app asked us to wait.',
      'Nothing: it is tried again by itself.',
    ),
  },
  users: {
    state: 'blocked',
    fault: fault(
      'PERMISSION_MISSING',
      'operator',
      'The app refused GET /v1/users: users:read is not granted.',
      'Authorise the connection again and grant users:read.',
    ),
  },
  sign_ins: { silentSince: inMinutes(-600), quarantined: 3, unmapped: 1200 },
  devices: { isEnabled: false },
}

const failing: Change = ({ items = [] }) => ({
  items: items.map((stream) => ({ ...stream, ...FAILURES[String(stream['name'])] })),
})

const withoutConsent: Change = (connection) => ({
  ...connection,
  status: 'needs_reauth',
  health: 'failing',
  scopesGranted: ['users:read', 'profile'],
  missing: [{ feature: 'posture', scopes: ['settings:read'] }],
  fault: fault(
    'GRANT_REVOKED',
    'operator',
    'The app no longer accepts the grant: somebody took it back.',
    'Authorise the connection again.',
  ),
})

const QUARANTINED = [
  ['FIELD_INVALID', 'at: “yesterday” is not a time', 'audit'],
  ['RECORD_TOO_DEEP', `data.${'child.'.repeat(40)}child is deeper than 64 levels`, 'sign_ins'],
].map(([code, message, stream], index) => ({
  id: `qua_${index}`,
  code,
  message,
  stream,
  createdAt: inMinutes(-index * 90 - 3),
}))

/** Longer than a column, from right to left, without a place to break, and all of it at once. */
const NAMES = [
  'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Dr. Hubert Blaine the Younger',
  'محمد عبد الرحمن بن علي الحسيني',
  'svc-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  '株式会社ノースウィンド・ドキュメント管理本部 第二監査チーム',
]

const withLongNames: Change = ({ items = [], ...rest }) => ({
  ...rest,
  items: items.map((item, index) => {
    const name = NAMES[index % NAMES.length]
    return { ...item, name, actorName: name, resourceName: name }
  }),
})
