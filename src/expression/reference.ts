import { EXAMPLE_RECORD, FORM_ROWS } from './functions/form.ts'
import type { FunctionRow } from './functions/row.ts'
import { FUNCTION_GROUPS } from './functions/table.ts'
import { LIMITS } from './limits.ts'

type Row = Pick<FunctionRow, 'name' | 'about' | 'examples'> & { readonly signatures: readonly string[] }

/** The body of the reference page: what the language is, and every form and function with examples that run as tests. */
export function renderExpressionReference(): string {
  const groups = FUNCTION_GROUPS.map(({ title, rows }) => ({
    title,
    rows: rows.map((row) => ({ ...row, signatures: row.overloads.map(([signature]) => signature) })),
  }))
  const sections = [{ title: 'Forms', rows: FORM_ROWS }, ...groups].map(
    ({ title, rows }) => `## ${title}\n\n${rows.map(renderRow).join('\n\n')}`,
  )
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`
}

function renderRow({ name, about, signatures, examples }: Row): string {
  const lines = [
    ...signatures.map((signature) => signature.replaceAll('index', 'int')),
    '',
    ...examples.map(([source, result]) => `${source}  // ${showResult(result)}`),
  ]
  return `### \`${name}\`\n\n${about}\n\n\`\`\`cel\n${lines.join('\n')}\n\`\`\``
}

const OUTCOMES: Readonly<Record<string, string>> = {
  'fails: compile': 'refused when the manifest is checked',
  'fails: missing': 'no value: missing',
  'fails: range': 'no value: out of range',
  'fails: format': 'no value: not in that format',
}

function showResult(result: string): string {
  return OUTCOMES[result] ?? result
}

const count = (number: number): string => number.toLocaleString('en')

const INTRODUCTION = `# Expressions

Expressions are [CEL](https://cel.dev), the Common Expression Language: pure, typed, and sure to end. They are
parsed and type-checked when a manifest is checked, never while data flows. A field that always holds an expression takes it
bare; in any other text it stands in \`{{ }}\`. A text that is one \`{{ }}\` and nothing else keeps the value's type; otherwise
the values become part of the text. \`\\{{\` is a plain \`{{\`.

## Values

| JSON | CEL | note |
| --- | --- | --- |
| \`null\`, \`true\`, text | \`null\`, \`bool\`, \`string\` | |
| number | \`double\` | compares with whole numbers as it should (\`record.count > 3\`); to calculate, write \`record.count + 1.0\`, or \`int(record.count) + 1\` |
| whole number beyond 2^53 | \`int\` | kept exact |
| array, object | \`list\`, \`map\` | |

Besides, there are \`int\` (every whole number written in an expression), \`uint\`, \`bytes\`, \`timestamp\` and \`duration\`.

An expression that cannot have a value says why and stops nothing else: a field that is not there is *missing*, and \`default()\`,
\`coalesce()\` and \`.?\` deal with that. \`&&\` and \`||\` ignore a failure on one side when the other side decides. A null on the way
(\`record.actor.id\` where \`actor\` is null) counts as missing.

Fields with other characters: \`record['user-agent']\` or \`\`\` record.\`user-agent\` \`\`\`.

## Operators

From the loosest to the tightest: \`? :\`, \`||\`, \`&&\`, then \`== != < <= > >= in\`, then \`+ -\`, then \`* / %\`, then \`!\` and \`-\`, then
\`.field\`, \`[key]\` and calls. \`+\` also joins texts, bytes and lists, and moves timestamps by durations. Whole numbers have 64
bits: what does not fit is a failure, as is a division by zero. Numbers compare by value, texts by code point; values of
different kinds are never equal, and an expression that could only compare such is refused.

## Limits

${count(LIMITS.sourceCharacters)} characters, ${count(LIMITS.nodes)} parts, ${LIMITS.nesting} levels of brackets, loops ${LIMITS.loopNesting} deep. While it runs: some ${count(LIMITS.steps)} steps,
texts up to ${count(LIMITS.textCharacters)} characters and lists up to ${count(LIMITS.listItems)} items; beyond that there is no value. Not part of the
language: protobuf messages, and CEL's extension libraries other than for texts and \`base64\`.

The examples below are run as tests, with this record:

\`\`\`json
${JSON.stringify(EXAMPLE_RECORD)}
\`\`\``
