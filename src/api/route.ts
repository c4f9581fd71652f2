import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { allows, reachOf } from '../identity/permissions.ts'
import { Fault } from '../lib/fault.ts'
import type { Permission, Principal, Reach, Services } from './services.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; `signed-in`: nothing in particular. A route without this and without `isPublic` is refused at start. */
    permission?: Permission | 'signed-in'
    isPublic?: boolean
    /** Requests in a minute for each caller, where the usual number is wrong. */
    perMinute?: number
  }
  interface FastifyRequest {
    /** Set before the handler runs, on every route that is not public. */
    principal: Principal | undefined
    /** Why there is no principal. */
    refused: string | undefined
  }
}

/** The routes of one resource. */
export type Routes = (services: Services) => FastifyPluginAsyncTypebox

/** Who asks. Routes with a permission always have somebody. */
export function callerOf(request: FastifyRequest): Principal {
  const { principal, refused } = request
  if (principal !== undefined) return principal
  // Nobody else's organisation stands in for one that was not chosen.
  if (refused === 'no_organisation') throw new Fault('ORGANISATION_NEEDED', 'no organisation is chosen')
  throw new Fault('SIGN_IN_NEEDED', 'nobody is signed in')
}

/** The connections the caller may use for what this route does; of those it may not use it learns nothing. */
export function callerReach(request: FastifyRequest): Reach {
  const permission = permissionOf(request)
  return permission === 'signed-in' ? [] : reachOf(callerOf(request), permission)
}

/**
 * A route that names no connection answers within `callerReach`.
 *
 * @throws {Fault} `NOT_ALLOWED` when the caller may do nowhere what this route does; `NOT_FOUND` for a connection out of its reach.
 */
export function assertAllowed(request: FastifyRequest): void {
  const permission = permissionOf(request)
  if (permission === 'signed-in' && request.refused === 'no_organisation') return
  const caller = callerOf(request)
  if (permission === 'signed-in') return
  if (reachOf(caller, permission).length === 0)
    throw new Fault('NOT_ALLOWED', `this needs the permission ${permission}`)
  const connectionId = connectionIn(request)
  if (connectionId !== undefined && !allows(caller, permission, { connectionId })) throw notFound()
}

export const notFound = (): Fault => new Fault('NOT_FOUND', 'nothing is here under this name')

/** @throws {Fault} `NOT_FOUND` for what is not there, which is also how another organisation's things look. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound()
  return value
}

function permissionOf(request: FastifyRequest): Permission | 'signed-in' {
  const { permission } = request.routeOptions.config
  if (permission === undefined) throw new Error('a route that is not public has a permission')
  return permission
}

/** The connection a route is about, where its address names one. */
function connectionIn({ routeOptions, params }: FastifyRequest): string | undefined {
  const named = params as Readonly<Record<string, string>>
  return routeOptions.url?.includes('/connections/:id') === true ? named['id'] : named['connection']
}

/** The request's headers as the web has them. */
export function headersOf({ headers }: FastifyRequest): Headers {
  const web = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    const values = [value ?? []].flat()
    if (values.length > 0) web.set(name, values.join(', '))
  }
  return web
}
