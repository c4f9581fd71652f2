import type { SecondOpinion } from './contract.ts'

/**
 * Asks ajv, by a JSON Schema made of the same OCSF tables. A class takes about a second to start, once.
 *
 * @throws {Error} where ajv is not installed: it is a development dependency.
 */
export async function openSecondOpinion(): Promise<SecondOpinion> {
  const { secondOpinion } = await import('../../ocsf/second-opinion.ts')
  return async (event) => {
    const { metadata } = event as { readonly metadata?: { readonly profiles?: readonly string[] } }
    const validate = secondOpinion(Number(event['class_uid']), metadata?.profiles ?? [])
    if (validate(event)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message = 'is not valid' }) => `${instancePath || '/'} ${message}`,
    )
  }
}
