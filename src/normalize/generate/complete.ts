import { constant } from '../../expression/emit-program.ts'
import { UNKNOWN } from '../../ocsf/class-defaults.ts'
import { unknownOf } from '../../ocsf/complete.ts'
import type { Shape } from '../../ocsf/tables.ts'
import { type Code, fix, groupsOf, literal, makeVariable, write } from './code.ts'
import { anyOf, follows } from './prune.ts'
import { isWord } from './ready.ts'
import { type Group, present, type Slot, slotIn } from './sketch.ts'

/** Writes what `completeEvent` adds to objects: names, words for what nobody knows, and captions. */
export function writeCompletion(code: Code): void {
  const groups = [...groupsOf(code.sketch.root)].map(({ group }) => group).filter(isShaped)
  for (const group of groups) {
    if (group.shape.name === 'user') writeUser(code, group)
    writeUnknowns(code, group)
    writeFallback(code, group)
  }
  for (const group of groups) writeCaptions(code, group)
}

type ShapedGroup = Group & { readonly shape: Shape }
const isShaped = (group: Group): group is ShapedGroup => group.shape !== undefined && !group.isList

function member({ members, shape }: ShapedGroup, name: string): Slot | undefined {
  const found = members.get(name)
  return shape.attributes.has(name) && found?.kind === 'slot' ? found : undefined
}

function made(group: ShapedGroup, name: string): Slot {
  return slotIn(group, name, { attribute: group.shape.attributes.get(name)!, owner: group.shape.name })
}

/** Puts a value where there is none. */
function fill(code: Code, slot: Slot, { when = 'true', js }: { when?: string; js: string }): void {
  if (slot.isCertain || when === 'false') return
  makeVariable(code, slot)
  write(code, `if (${slot.js} === undefined${when === 'true' ? '' : ` && (${when})`}) ${slot.js} = ${js}`)
}

/** A user is named by what the app gives, and the account of a user is the user's own. */
function writeUser(code: Code, group: ShapedGroup): void {
  const names = ['email_addr', 'full_name', 'display_name'].flatMap((name) => member(group, name) ?? [])
  if (names.length > 0) fill(code, made(group, 'name'), { js: names.map(({ js }) => js).join(' ?? ') })
  const account = group.members.get('account')
  if (account?.kind !== 'group' || !isShaped(account)) return
  const has = anyOf([present(account.members.get('name')), present(account.members.get('uid'))])
  const [uid, name] = [member(group, 'uid'), member(group, 'name')]
  const when = (test: string): string => `(${present(account)}) && !(${has}) && ${test}`
  const isIdentified = uid === undefined ? 'false' : `${uid.js} !== undefined`
  if (name !== undefined) fill(code, made(account, 'name'), { when: when(`!(${isIdentified})`), js: name.js })
  if (uid !== undefined) fill(code, made(account, 'uid'), { when: when(isIdentified), js: uid.js })
}

function writeUnknowns(code: Code, group: ShapedGroup): void {
  const here = present(group)
  for (const attribute of group.shape.attributes.values()) {
    if (attribute.requirement !== 'required' || attribute.profiles !== undefined) continue
    const value = unknownOf(attribute)
    if (value === undefined || here === 'false') continue
    const slot = made(group, attribute.name)
    if (here === 'true' && slot.js === 'undefined') fix(code, slot, value)
    else fill(code, slot, { when: here, js: literal(code, value) })
  }
}

function writeFallback(code: Code, group: ShapedGroup): void {
  const identities = group.shape.constraints.at_least_one ?? []
  const isText = (name: string): boolean => unknownOf(group.shape.attributes.get(name)) === UNKNOWN
  const name = identities.includes('name') ? 'name' : identities.find(isText)
  const has = anyOf(identities.map((identity) => present(group.members.get(identity))))
  const here = present(group)
  if (name === undefined || has === 'true' || follows(here, has)) return
  const when = `(${here}) && !(${has})`
  fill(code, made(group, name), { when, js: literal(code, UNKNOWN) })
}

function writeCaptions(code: Code, group: ShapedGroup): void {
  for (const [, found] of group.members)
    if (found.kind === 'slot' && isWord(found.attribute) && found.attribute.sibling !== undefined)
      writeCaption(code, found, made(group, found.attribute.sibling))
}

/** Beside Other stands the app's own word already. */
function writeCaption(code: Code, { attribute, js, isCertain, fixed }: Slot, caption: Slot): void {
  const captions = attribute.enum!
  if (fixed !== undefined) {
    if (fixed.value !== 99 || caption.js === 'undefined') fix(code, caption, captions[String(fixed.value)])
    return
  }
  const table = constant(code.emission, captions)
  makeVariable(code, caption)
  const isOther = `${js} === 99 && ${caption.js} !== undefined`
  write(code, `if (${js} !== undefined && !(${isOther})) ${caption.js} = ${table}[${js}]`)
  if (isCertain) caption.isCertain = true
}
