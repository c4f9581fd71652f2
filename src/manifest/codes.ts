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
} as const satisfies Record<string, CodeText>

type CodeText = { readonly means: string; readonly act: string }
export type Code = keyof typeof CODES
