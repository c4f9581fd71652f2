import { createHmac } from 'node:crypto'
import { stringifyJson } from '../lib/json.ts'
import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, Instant, type Program } from '../model/expression.ts'
import { type Path, withValueAt } from './json-path.ts'
import { digestOf } from './random.ts'
import { constantsIn } from './settle.ts'

/** What the app posts to the receiver: not sent, only made. */
export type Delivery = {
  /** Below the receiver's address. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Sending = {
  /** The signing secret that both sides know. */
  readonly secret: string
  readonly nowMs: number
  /** Tells deliveries apart: one serial number, one delivery. */
  readonly serial: number
}
type Receive = NonNullable<StreamPlan['receive']>

/** A webhook delivery with these contents (a recorded one), signed now and with an identity of its own. */
export function deliveryOf(receive: Receive, contents: unknown, sending: Sending): Delivery {
  const { serial } = sending
  const idPath = receive.id?.path
  const id = `delivery-${digestOf('delivery', serial).slice(0, 12)}`
  const json = idPath?.[0] === 'json' ? withValueAt(contents, idPath.slice(1), id) : contents
  const headers = idPath?.[0] === 'headers' ? { [String(idPath[1])]: id } : {}
  return signed(receive, { json, headers }, sending)
}

/** The question by which the app finds out whether the address is ours; `undefined` where it asks none. */
export function challengeOf(receive: Receive, sending: Sending): Delivery | undefined {
  const { challenge } = receive
  if (challenge === undefined) return undefined
  const word = digestOf('challenge', sending.serial).slice(0, 24)
  const answers = Object.values(challenge.answer).flatMap(({ programs }) => programs.flatMap(jsonPaths))
  const asked = answers.reduce<unknown>((json, path) => withValueAt(json, path, word), {})
  const [constant] = constantsIn(challenge.when.source)
  const json = jsonPaths(challenge.when).reduce(
    (whole, path) => withValueAt(whole, path, constant ?? true),
    asked,
  )
  return signed(receive, { json, headers: {} }, sending)
}

const jsonPaths = ({ reads }: Program): readonly Path[] =>
  reads.filter(([name]) => name === 'json').map(([, ...path]) => path)

type Message = { readonly json: unknown; readonly headers: Readonly<Record<string, string>> }

function signed({ path, verify }: Receive, { json, headers }: Message, { secret, nowMs }: Sending): Delivery {
  const body = stringifyJson(json)
  const dated: Record<string, string> = { ...headers, ...timeHeader(verify.time, nowMs) }
  const env: Env = { headers: dated, query: {}, body, json, now: new Instant(nowMs) }
  const over = verify.over.evaluate(env)
  const text = over instanceof Failure ? body : String(over)
  const signature = createHmac(verify.hmac, secret).update(text).digest(verify.encoding)
  const own = {
    'content-type': 'application/json',
    [verify.header.toLowerCase()]: `${verify.prefix ?? ''}${signature}`,
  }
  return { path, headers: { ...dated, ...own }, body }
}

/** Unix seconds, where the manifest says which header tells the time. */
function timeHeader(time: Program | undefined, nowMs: number): Readonly<Record<string, string>> {
  const read = time?.reads.find(([name]) => name === 'headers')
  return read?.[1] === undefined ? {} : { [String(read[1]).toLowerCase()]: String(Math.floor(nowMs / 1000)) }
}
