import type { Attribute } from '../ocsf/tables.ts'

/** Stand for the attributes of the head, which differ in nothing but their type. */
export const TEXT: Attribute = { name: 'text', type: 'string_t', isArray: false, requirement: 'optional' }
export const MOMENT: Attribute = { ...TEXT, type: 'timestamp_t' }
