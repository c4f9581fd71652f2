import { type ConformanceTest, MESSAGE } from './suite.ts'

/** Tests of the suite that are not about this language, with the reason. A test counts under the first that fits. */
export const NOT_APPLICABLE: readonly Reason[] = [
  {
    reason: 'protobuf messages, enums and wrappers: the value model is JSON with times and bytes',
    count: 682,
    fits: ({ id, expression, expected, env }) =>
      /^(?:proto[23]|proto2_ext|enums|dynamic|wrappers)\//.test(id) ||
      /^comparisons\/\w+_wrapper\//.test(id) ||
      /\b(?:[A-Z]\w*|google\.protobuf\.\w+)\s*(?:\/\/ @\s*)?\{/.test(expression) ||
      expected === MESSAGE ||
      Object.values(env).includes(MESSAGE),
  },
  {
    reason: 'containers and names with dots: scopes are flat',
    count: 13,
    fits: ({ id, scope }) =>
      scope === undefined || /^namespace\/|^fields\/qualified_identifier_resolution\//.test(id),
  },
  {
    reason: 'extension libraries that are not part of this language',
    count: 444,
    fits: ({ id, expression }) =>
      /^(?:math_ext|block_ext|bindings_ext|macros2)\//.test(id) ||
      /^string_ext\/(?:quote|format|format_errors)\//.test(id) ||
      /\boptional(?:\.|_type)|\.(?:value|or|optMap|optFlatMap)\(|[[{,]\s*\?/.test(expression),
  },
  {
    reason: 'functions that only the suite declares',
    count: 7,
    fits: ({ expression }) => /\b(?:fn|tuple|sort|f_unknown)\(/.test(expression),
  },
  {
    reason:
      'the checker cannot be switched off: unknown names and wrong types are refused before anything runs',
    count: 23,
    fits: ({ id, isChecked }) =>
      !isChecked &&
      /^(?:basic\/variables|logic\/(?:AND|OR)\/short_circuit_type|parse\/receiver_function_names)/.test(id),
  },
]

/** `count`: how many tests of the suite the reason takes out. Asserted, so that none grows unseen. */
type Reason = {
  readonly reason: string
  readonly count: number
  readonly fits: (test: ConformanceTest) => boolean
}

/** Tests in which this language differs on purpose, with the reason. */
export const PINNED: ReadonlyMap<string, string> = new Map([
  [
    'optionals/optionals/map_null_entry_no_such_key',
    'a null on the way to an optional field is no value, as APIs write null for absent objects',
  ],
])
