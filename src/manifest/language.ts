import language from './language.generated.json' with { type: 'json' }
import type { Schema } from './schema.ts'

/** The language as it was generated; apart from its form, because what generates it must not load it. */
export const LANGUAGE = language as unknown as Schema
