import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { isIpAddress } from './ip.ts'
import { jsonSchemaFor } from './json-schema.ts'
import { memoize } from './memoize.ts'
import { HOUSE_PROFILES } from './tables.ts'

/**
 * Validates by JSON Schema with ajv: an independent reading of the same tables, for tests and `fairlead test`.
 *
 * Compiling a class takes a second or so. ajv is a development dependency: production code does not import this file.
 */
export function secondOpinion(
  classUid: number,
  profiles: readonly string[] = HOUSE_PROFILES,
): ValidateFunction {
  return compiled(`${classUid} ${profiles.join(' ')}`)
}

const compiled = memoize((key: string): ValidateFunction => {
  const [classUid, ...profiles] = key.split(' ')
  const ajv = new Ajv2020({
    strictTypes: false,
    strictRequired: false,
    inlineRefs: false,
    code: { optimize: false },
  })
  ajv.addFormat('ip', isIpAddress)
  return ajv.compile(
    jsonSchemaFor(
      Number(classUid),
      profiles.filter((name) => name !== ''),
    ),
  )
})
