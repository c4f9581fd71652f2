import type { BrandOf, DefaultedOf } from '../model/language/field.ts'
import type { ManifestDocument } from '../model/language/manifest.ts'

/**
 * The sound part of a manifest as it was written: texts instead of programs, and anything may be absent, because what was wrong
 * was reported and left out. The semantic checks read this, so that one mistake hides no other.
 */
export type DraftOf<T> = T extends unknown
  ? [DefaultedOf<T>] extends [never]
    ? [BrandOf<T>] extends [never]
      ? DraftPlain<T>
      : BrandOf<T> extends 'tree'
        ? unknown
        : string
    : DraftOf<DefaultedOf<T>> | undefined
  : never

type DraftPlain<T> = T extends readonly (infer Item)[]
  ? readonly (DraftOf<Item> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: DraftOf<Exclude<T[K], undefined>> }
    : T

export type Draft = DraftOf<ManifestDocument>
type Values<T> = T extends Readonly<Record<string, infer Value>> ? NonNullable<Value> : never
export type StreamDraft = Values<NonNullable<Draft['streams']>>
export type ConnectDraft = NonNullable<Draft['connect']>
export type AuthDraft = NonNullable<NonNullable<ConnectDraft['auth']>[number]>
export type RequestDraft = NonNullable<StreamDraft['request']>
export type MappingDraft = NonNullable<StreamDraft['map']>
export type CheckDraft = Values<NonNullable<Draft['checks']>>
export type ActionDraft = Values<NonNullable<Draft['actions']>>
export type DetectionDraft = Values<NonNullable<Draft['detections']>>

/** The names and values of a map that may be absent, without the holes that reported mistakes left. */
export function entriesOf<T>(
  map: Readonly<Record<string, T>> | undefined,
): readonly (readonly [string, NonNullable<T>])[] {
  return Object.entries(map ?? {}).filter(
    (entry): entry is [string, NonNullable<T>] => entry[1] !== undefined && entry[1] !== null,
  )
}

/** The items of a list that may be absent, with their indexes. */
export function itemsOf<T>(list: readonly T[] | undefined): readonly (readonly [number, NonNullable<T>])[] {
  return [...(list ?? []).entries()].filter(
    (entry): entry is [number, NonNullable<T>] => entry[1] !== undefined && entry[1] !== null,
  )
}

/** The value under a name of the author's: own properties only. */
export function valueAt<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined
}
