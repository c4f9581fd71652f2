import { fieldsOf, type Incoming, jsonAnswer, type Outgoing } from '../wire.ts'
import { escapeHtml, page } from './consent-page.ts'
import type { Server } from './server.ts'

const LIFETIME_MS = 10 * 60_000

/** Gives a code for the device and one for the person. @see RFC 8628 section 3.2 */
export function answerDevice(server: Server, request: Incoming, nowMs: number): Outgoing {
  const fields = fieldsOf(request)
  const clientId = fields.get('client_id') ?? ''
  if (request.method !== 'POST' || !server.accept('client_id', clientId))
    return jsonAnswer(400, { error: 'invalid_client' })
  const deviceCode = server.issued.mint('device')
  const userCode = deviceCode.slice(-8).toUpperCase()
  const scope = fields.get('scope') ?? ''
  const scopes = scope === '' ? server.scopes : scope.split(server.plan.scopeSeparator)
  server.devices.set(deviceCode, { clientId, scopes, userCode, expiresAt: nowMs + LIFETIME_MS })
  const verification = `https://${request.url.host}${request.url.pathname}/activate`
  return jsonAnswer(200, {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: verification,
    verification_uri_complete: `${verification}?user_code=${userCode}`,
    expires_in: LIFETIME_MS / 1000,
    interval: 5,
  })
}

/** Where the person types the code and consents. */
export function answerActivation(server: Server, request: Incoming): Outgoing {
  const title = `Connect a device to ${server.appName}`
  const asked = request.url.searchParams.get('user_code') ?? ''
  if (request.method === 'GET') {
    const field = `<p><label>Code <input name="user_code" value="${escapeHtml(asked)}" required autocomplete="off"></label></p>`
    return page(
      title,
      `<form method="post">${field}<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny" class="quiet">Deny</button></p></form>`,
    )
  }
  const fields = fieldsOf(request)
  const code = (fields.get('user_code') ?? '').trim().toUpperCase()
  const device = [...server.devices.values()].find(({ userCode }) => userCode === code)
  if (device === undefined) return page(title, '<p class="bad">There is no such code.</p>', 404)
  device.answer = fields.get('decision') === 'allow' ? 'granted' : 'denied'
  return page(title, '<p>Done. You can go back to the device.</p>')
}
