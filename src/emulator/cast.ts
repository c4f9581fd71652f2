import { stringifyJson } from '../lib/json.ts'
import type { Connector } from '../model/connector.ts'
import { type Path, valueAt, withValueAt } from './json-path.ts'
import { shuffled } from './random.ts'

/** Gives a copy of a record's story to other people: one actor always becomes the same other one within a scene. */
export type Cast = (record: unknown, scene: number) => unknown

type Stream = Connector['streams'][string]

/**
 * The actors of a stream's records, as its mapping finds them (`common.actor.uid`).
 *
 * @returns a function that changes nothing where the mapping does not tell, or there is one actor only.
 */
export function castOf(plan: Stream, records: readonly unknown[], seed: string): Cast {
  const path = actorPath(plan)
  if (path === undefined) return (record) => record
  const actors = new Map<string, unknown>()
  for (const record of records) {
    const actor = valueAt(record, path)
    if (isPerson(actor)) actors.set(stringifyJson(actor), actor)
  }
  const names = [...actors.keys()]
  const others = memoized((scene) => {
    const order = shuffled([...actors.values()], `${seed}/${scene}`)
    return new Map(names.map((name, index) => [name, order[index]]))
  })
  return (record, scene) => {
    const other = others(scene).get(stringifyJson(valueAt(record, path)))
    return other === undefined ? record : withValueAt(record, path, other)
  }
}

function memoized<T>(make: (scene: number) => T): (scene: number) => T {
  const made = new Map<number, T>()
  return (scene) => {
    const known = made.get(scene) ?? make(scene)
    made.set(scene, known)
    return known
  }
}

/** Programs and the system itself stay who they are. */
function isPerson(actor: unknown): boolean {
  if (typeof actor !== 'object' || actor === null) return false
  const values = Object.values(actor)
  return (
    values.some((value) => typeof value === 'string' && value.includes('@')) && !values.includes('service')
  )
}

function actorPath(plan: Stream): Path | undefined {
  const path = plan.map?.common?.actor?.['uid']?.path
  return path?.[0] === 'record' && path.length > 2 ? path.slice(1, -1) : undefined
}
