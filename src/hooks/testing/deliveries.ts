import { createHmac } from 'node:crypto'
import { connectorOf } from '../../collect/testing/connector.ts'
import { Secret } from '../../lib/secret.ts'

/** An app that signs its deliveries together with the time, and numbers them. */
const connectorWith = (time: object) =>
  connectorOf(
    {
      pushed: {
        kind: 'activity',
        receive: {
          path: '/acme/events',
          verify: {
            hmac: 'sha256',
            header: 'X-Signature',
            secret: 'hook',
            over: "{{ headers['x-time'] }}.{{ body }}",
            ...time,
          },
          id: 'json.id',
        },
        records: 'json.events',
        key: 'record.id',
      },
    },
    { secrets: { hook: { title: 'Signing secret' } } },
  )
export const receiver = {
  organisationId: 'org-hooks',
  connector: connectorWith({ time: "headers['x-time']" }),
  secrets: { hook: new Secret('s3cret') },
  settings: {},
  off: [],
}

/** The same app, were the time of a delivery not looked at. */
export const timeless = { ...receiver, connector: connectorWith({}) }

export const now = () => String(Math.floor(Date.now() / 1000))
export const sign = (body: string, time: string, secret = 's3cret') =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
export const bodyOf = (id: string) =>
  JSON.stringify({ id, events: [{ id: `${id}-1`, at: '2026-11-28T00:00:00Z' }] })
