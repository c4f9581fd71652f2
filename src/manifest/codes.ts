/**
 * Every complaint `check` can make: what it means and what to do. A code is public API: its wording may change, its meaning may
 * not, and a retired code is never used again. docs/errors.md is written from this table.
 */
export const CODES = {
  YAML_SYNTAX: {
    means: 'The file is not YAML.',
    act: 'Correct the file at the place shown; quote texts that hold `: `, ` #`, or begin with a special character.',
  },
  YAML_TOO_LARGE: {
    means: 'A file is larger than 256 KiB.',
    act: 'Move parts of the manifest to files of their own.',
  },
  YAML_TOO_DEEP: {
    means: 'Lists and maps nest deeper than 64 levels.',
    act: 'Nest less; no part of the language needs ten.',
  },
  YAML_ALIAS_REFUSED: {
    means: 'Anchors, aliases and merge keys (`&x`, `*x`, `<<`) are not part of the language.',
    act: 'Write the value out where it is used.',
  },
  YAML_TAG_REFUSED: {
    means: 'Tags (`!x`, `!!str`) and directives (`%YAML`) are not part of the language.',
    act: 'Remove the tag; put a value in quotes to make it a text.',
  },
  YAML_DOCUMENT_REPEATED: {
    means: 'A file holds more than one YAML document.',
    act: 'Remove what follows the line `---`, or move it to a file of its own.',
  },
  KEY_REPEATED: {
    means: 'A map has the same key twice.',
    act: 'Remove one of them, or rename it.',
  },
  KEY_INVALID: {
    means: 'A key is not a text, or not one that is allowed at this place.',
    act: 'Rename it; the message says what is allowed.',
  },
  FILE_MISSING: {
    means: 'A file that the manifest names is not in the folder of the connector.',
    act: 'Correct the path, or add the file.',
  },
  FILE_PATH_INVALID: {
    means: 'A path to a file is not a plain relative path inside the folder of the connector.',
    act: 'Use a path such as mappings/audit.yaml, without `..` and without a leading slash.',
  },
  FILE_UNUSED: {
    means: 'A YAML file of the folder is named nowhere in the manifest.',
    act: 'Name it where it belongs, or remove it.',
  },
  FIELD_UNKNOWN: {
    means: 'The language has no such key at this place.',
    act: 'Correct the spelling, or move it to where the hint says.',
  },
  FIELD_MISSING: {
    means: 'A key that is required is absent.',
    act: 'Add it.',
  },
  FIELD_CONFLICT: {
    means: 'Keys that exclude each other stand together.',
    act: 'Keep one of them.',
  },
  FIELD_UNUSED: {
    means: 'A key has no effect here.',
    act: 'Remove it, or add what makes it work.',
  },
  VALUE_INVALID: {
    means: 'A value has the wrong type, or is not one of those allowed.',
    act: 'Correct the value; the message says what is allowed.',
  },
  EXPRESSION_SYNTAX: {
    means: 'An expression or a `{{ }}` part cannot be read.',
    act: 'Correct it at the place shown; docs/expressions.md has the grammar.',
  },
  EXPRESSION_NAME: {
    means: 'An expression uses a name that is not known at this place.',
    act: 'Use one of the names that the reference lists for the field, or declare what makes the name known.',
  },
  EXPRESSION_FUNCTION: {
    means: 'An expression calls a function that does not exist, or calls it wrongly.',
    act: 'See docs/expressions.md for the functions and what they take.',
  },
  EXPRESSION_TYPE: {
    means: 'An expression can never work, or never gives what the field needs.',
    act: 'Convert the value, e.g. with int(), string() or timestamp().',
  },
  EXPRESSION_COST: {
    means: 'An expression is too long, too deep or too expensive.',
    act: 'Split it, or say the same with the declarative fields.',
  },
  SECRET_MISPLACED: {
    means: 'A secret is used where it could be written to a log.',
    act: 'Use secrets only in auth, request headers and request bodies.',
  },
  REFERENCE_UNKNOWN: {
    means: 'Something is referred to that the manifest does not declare.',
    act: 'Correct the name, or declare it.',
  },
  REFERENCE_CIRCULAR: {
    means: 'Something needs itself, directly or over others.',
    act: 'Break the circle: read the stream that feeds the others first.',
  },
  REFERENCE_UNFIT: {
    means: 'What is referred to exists, but is of the wrong kind.',
    act: 'Refer to another, or change its kind.',
  },
  HOST_INVALID: {
    means: 'A host is not a public name of the author, or a customer could turn it into another.',
    act: 'Write a plain name such as api.example.com; restrict settings inside it with a pattern.',
  },
  HOST_UNDECLARED: {
    means: 'An address leads to a host that is not in connect.hosts.',
    act: 'Add the host to connect.hosts, or correct the address.',
  },
  URL_INVALID: {
    means: 'An address or a path is not one that may be called.',
    act: 'Use https://, no user name, no port, no `..`; put parameters in query.',
  },
  HEADER_REFUSED: {
    means: 'A header may not be set by a manifest, or its value cannot be sent.',
    act: 'Remove it: the platform sets what HTTP needs by itself.',
  },
  CREDENTIAL_WRITTEN: {
    means: 'A credential stands in the manifest.',
    act: 'Declare it in connect.secrets and use secrets.NAME.',
  },
  CREDENTIAL_UNSENT: {
    means: 'An auth method gets a credential and never sends it.',
    act: 'Use `token` (or a secret) in send.',
  },
  SCOPE_MISSING: {
    means: 'The manifest uses a feature for which no scope is asked.',
    act: 'Add the scopes of the feature, or an empty list when it needs none.',
  },
  POSITION_MISSING: {
    means: 'An activity stream would read everything again in each run.',
    act: 'Declare window or cursor, or receive.',
  },
  POSITION_UNUSED: {
    means: 'A window or cursor is declared, and the request does not use it.',
    act: 'Use window.start, window.end or cursor in the request.',
  },
  PAGE_ENDLESS: {
    means: 'Nothing moves the next page on.',
    act: 'Use the cursor in the request, or declare stop.',
  },
  ROW_INCOMPLETE: {
    means: 'A row of a mapping does not say enough to make an event.',
    act: 'Give it an action (docs/actions.md) or a class, and a time.',
  },
  ROW_UNREACHABLE: {
    means: 'A row of a mapping can never be chosen.',
    act: 'Move it before the row without `when`, or remove it.',
  },
  ACTION_UNKNOWN: {
    means: 'There is no such action in the vocabulary of the platform.',
    act: 'Choose one from docs/actions.md.',
  },
  CLASS_UNKNOWN: {
    means: 'OCSF has no such class.',
    act: 'Use the name of a class, such as account_change.',
  },
  ACTIVITY_UNKNOWN: {
    means: 'The OCSF class has no such activity: events become Other with this name.',
    act: 'Correct the word, or keep it when nothing fits.',
  },
  ATTRIBUTE_UNKNOWN: {
    means: 'There is no such attribute.',
    act: 'Correct the name; docs/actions.md lists the short attributes.',
  },
  ATTRIBUTE_UNFIT: {
    means: 'A value can never fit its attribute.',
    act: 'Convert it, or use another attribute.',
  },
  CHECK_GROUNDLESS: {
    means: 'The verdict of a check does not rest on what it reads.',
    act: 'Use the streams of reads, or record, in pass.',
  },
  CHECK_UNGUARDED: {
    means:
      'pass reads a value that inputs does not list: if it is missing, the verdict may be wrong instead of unknown.',
    act: 'Add the value to inputs, or remove inputs.',
  },
  TEST_MISSING: {
    means: 'A check or detection lacks test cases.',
    act: 'Add cases: of both outcomes.',
  },
  TEST_INVALID: {
    means: 'A test case does not fit what it tests.',
    act: 'Give values for the streams that are read.',
  },
  SAMPLE_MISSING: {
    means: 'A stream has no recorded answers, so its paths cannot be checked.',
    act: 'Record samples/STREAM.json.',
  },
  SAMPLE_INVALID: {
    means: 'A sample file is not what docs/manifest.md describes.',
    act: 'Correct the file.',
  },
  PATH_ABSENT: {
    means: 'An expression reads something that none of the samples has.',
    act: 'Correct the path, add it to the samples, or guard it with has() or default().',
  },
  EXPRESSION_FAILS: {
    means: 'An expression fails on a sample.',
    act: 'Convert the value, or guard against the case.',
  },
} as const satisfies Record<string, CodeText>

type CodeText = { readonly means: string; readonly act: string }
export type Code = keyof typeof CODES

/** What to do about a complaint in general. */
export function adviceOn(code: string): string {
  return Object.hasOwn(CODES, code) ? CODES[code as Code].act : 'See docs/errors.md.'
}
