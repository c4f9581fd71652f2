import type { AccessPort, SignInPort } from '../api/services.ts'
import type { Identity, Session } from '../identity/identity.ts'
import { isPermission, PERMISSIONS, type Permission } from '../identity/permissions.ts'
import { Fault } from '../lib/fault.ts'
import { askSignIn, type SignInAddress } from './sign-in-library.ts'

export type SignInServicePorts = SignInAddress & {
  readonly version: string
  /** Single sign-on is set up for somebody. */
  readonly hasSso: boolean
}

/** Who asks, for every request. */
export const accessService = (identity: Identity): AccessPort => ({
  principalOf: (headers) => identity.principalOf(headers),
})

/** Signing in and out, as the API wants it. */
export function signInService(ports: SignInServicePorts): SignInPort {
  const { identity, version, hasSso } = ports
  let people: ReturnType<typeof demoPeople> | undefined
  return {
    handle: (request, address) => identity.handle(request, address),
    meta: async () => {
      people ??= demoPeople(identity)
      return {
        version,
        isDemo: identity.demo !== undefined,
        needsSetup: await identity.firstRun.isOpen(),
        demoPeople: await people,
        signIn: { password: true, passkey: true, sso: hasSso },
      }
    },
    me: (headers) => me(identity, headers),
    setUp: async (first, headers) => {
      const used = await identity.firstRun.use(first)
      if ('refused' in used)
        throw new Fault(
          used.refused === 'token' ? 'NOT_ALLOWED' : 'INPUT_INVALID',
          used.refused === 'token' ? 'the token is not the one on the console' : 'somebody has this address',
        )
      const { email, password } = first
      return cookiesOf(await askSignIn(ports, 'sign-in/email', { email, password }, agentOf(headers)))
    },
    signInDemo: async (person, headers) => {
      if (identity.demo === undefined) throw new Fault('NOT_FOUND', 'this is no demo')
      return cookiesOf(await askSignIn(ports, 'demo/sign-in', { person }, agentOf(headers)))
    },
    switchOrganisation: async (headers, organisationId) =>
      cookiesOf(
        await askSignIn(ports, 'organization/set-active', { organizationId: organisationId }, headers),
      ),
  }
}

/** Whoever signs in is nobody yet: of their headers only the browser's name counts. */
function agentOf(headers: Headers): Headers {
  const agent = headers.get('user-agent')
  return new Headers(agent === null ? {} : { 'user-agent': agent })
}

const cookiesOf = ({ headers }: Response): readonly string[] => headers.getSetCookie()

const ABOUT: Readonly<Record<string, string>> = {
  customer: 'Administrator: connects apps, invites people, sees everything',
  analyst: 'Analyst: investigates, exports, replays',
  viewer: 'Viewer: reads',
  instance: 'Administers one connection and sees nothing else',
  vendor: 'Vendor: made the app that is connected',
  operator: 'Operator: runs this platform',
}

async function demoPeople({ demo }: Identity) {
  const people = (await demo?.ensure()) ?? []
  return people.map(({ key, name, organisation }) => ({
    ...{ id: key, name, organisation },
    about: ABOUT[key] ?? '',
  }))
}

async function me(identity: Identity, headers: Headers): ReturnType<SignInPort['me']> {
  const asked = await identity.principalOf(headers)
  if ('refused' in asked && asked.refused !== 'no_organisation')
    throw new Fault('SIGN_IN_NEEDED', 'nobody is signed in')
  const session = await identity.sessionOf(headers)
  if (session === undefined) {
    if ('refused' in asked) throw new Fault('SIGN_IN_NEEDED', 'nobody is signed in')
    const { id, name, scopes } = asked
    return { key: { id, name }, permissions: [...scopes], organisations: [] }
  }
  const memberships = await identity.membershipsOf(session.userId)
  const own = memberships.find(({ organisationId }) => organisationId === session.organisationId)
  return {
    user: { id: session.userId, name: session.name, email: session.email },
    ...(own !== undefined && {
      organisation: { id: own.organisationId, name: own.organisation, kinds: [...own.kinds] },
    }),
    ...(session.role !== undefined && { role: session.role }),
    permissions: permissionsOf(session),
    organisations: memberships.map(({ organisationId: id, organisation: name }) => ({ id, name })),
  }
}

/** What the person may do somewhere: who administers a connection only is shown what is there for them. */
function permissionsOf({ role }: Session): Permission[] {
  if (role === undefined) return []
  return Object.entries(PERMISSIONS)
    .filter(([, roles]) => (roles as readonly string[]).includes(role))
    .map(([permission]) => permission)
    .filter(isPermission)
}
