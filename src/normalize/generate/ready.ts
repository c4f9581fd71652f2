import { attributeAt } from '../../ocsf/attribute-at.ts'
import type { AttributePath } from '../../ocsf/attribute-path.ts'
import type { Attribute } from '../../ocsf/tables.ts'
import { coercionFor, wordFor } from './fit.ts'

/** A value that is known while the code is written, coerced: itself, and the word beside it where it is Other. */
export type Ready = { readonly value: unknown; readonly label: string | undefined }

/** Values by path that an attribute and its value come to; nothing when the value does not fit. */
export function readyFor(classUid: number, path: AttributePath, value: unknown): Ready | undefined {
  const { attribute, owner } = attributeAt(classUid, path) as { attribute: Attribute; owner: string }
  if (!isWord(attribute)) {
    const ready = coercionFor(owner, attribute)(value)
    return ready === undefined ? undefined : { value: ready, label: undefined }
  }
  const word = wordFor(owner, attribute)(value)
  return word && { value: word.id, label: word.label }
}

/** One value of a list of values, with its caption beside it. */
export function isWord(attribute: Attribute): boolean {
  return attribute.enum !== undefined && !attribute.isArray
}

/** Where the caption of a value stands. */
export function siblingPath(path: AttributePath, attribute: Attribute): AttributePath | undefined {
  return attribute.sibling === undefined ? undefined : [...path.slice(0, -1), attribute.sibling]
}
