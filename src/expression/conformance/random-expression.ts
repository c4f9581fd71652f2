import fc from 'fast-check'

/** A random expression's text, with how tightly its outermost operator binds: brackets are written only where needed. */
type Text = { readonly text: string; readonly level: number }

const [TERNARY, OR, AND, RELATION, SUM, PRODUCT, UNARY, PRIMARY] = [0, 1, 2, 3, 4, 5, 6, 7]

function inside({ text, level }: Text, least: number): string {
  return level < least ? `(${text})` : text
}

const primary = (text: string): Text => ({ text, level: PRIMARY })
const oneOf = (...texts: readonly string[]): fc.Arbitrary<Text> => fc.constantFrom(...texts).map(primary)

/** A left-grouping operator between two parts. */
function infix(left: fc.Arbitrary<Text>, operators: readonly string[], right = left): fc.Arbitrary<Text> {
  return fc.tuple(left, fc.constantFrom(...operators), right).map(([a, operator, b]) => {
    const level = LEVELS[operator] ?? RELATION
    return { text: `${inside(a, level)} ${operator} ${inside(b, level + 1)}`, level }
  })
}

const LEVELS: Readonly<Record<string, number>> = {
  '||': OR,
  '&&': AND,
  '+': SUM,
  '-': SUM,
  '*': PRODUCT,
  '/': PRODUCT,
  '%': PRODUCT,
}

/** A template with `_` for each part. */
function form(template: string, ...parts: readonly fc.Arbitrary<Text>[]): fc.Arbitrary<Text> {
  const pieces = template.split('_')
  return fc.tuple(...parts).map((texts) => {
    const joined = pieces.map((piece, i) => {
      const part = texts[i]
      if (part === undefined) return piece
      const isTarget = (pieces[i + 1] ?? '').startsWith('.') || (pieces[i + 1] ?? '').startsWith('[')
      return piece + inside(part, isTarget ? PRIMARY : TERNARY)
    })
    return primary(joined.join(''))
  })
}

function choose(test: fc.Arbitrary<Text>, branch: fc.Arbitrary<Text>): fc.Arbitrary<Text> {
  return fc.tuple(test, branch, branch).map(([a, b, c]) => ({
    text: `${inside(a, OR)} ? ${inside(b, OR)} : ${inside(c, TERNARY)}`,
    level: TERNARY,
  }))
}

/** Never twice in a row: the reference's parser drops such pairs even across brackets. */
const unary = (operator: string, part: fc.Arbitrary<Text>): fc.Arbitrary<Text> =>
  part.map((inner) =>
    inner.level === UNARY ? inner : { text: `${operator}${inside(inner, PRIMARY)}`, level: UNARY },
  )

const text = fc.stringMatching(/^[a-cA-C.,é]{0,4}$/).map((value) => primary(JSON.stringify(value)))
const int = fc
  .oneof(
    fc.integer({ min: -3, max: 12 }),
    fc.constantFrom('9223372036854775807', '-9223372036854775808', '9007199254740993'),
  )
  .map((value) => ({ text: String(value), level: String(value).startsWith('-') ? UNARY : PRIMARY }))
const double = oneOf('0.0', '1.0', '2.5', '3.0', '1e20')
const time = oneOf(
  "timestamp('2026-01-02T03:04:05Z')",
  "timestamp('2026-01-02T03:04:05.678+02:00')",
  "timestamp('1969-12-31T23:59:59.5Z')",
)
const field = fc.constantFrom(
  's',
  't',
  'n',
  'i',
  'b',
  'z',
  'l',
  'm',
  'gone',
  'm.a',
  'm.b',
  'm.gone',
  'l[0]',
  'm.l',
)
/** Known at run time only, or missing. */
const unknown = field.map((name) => primary(`record.${name}`))

/** Expressions by the type they are meant to have. What the data holds may differ, and then both evaluators must fail. */
export const randomExpression: fc.Arbitrary<string> = fc
  .letrec<Record<'any' | 'bool' | 'int' | 'double' | 'text' | 'list', Text>>((tie) => {
    const [any, bool, anInt] = [tie('any'), tie('bool'), tie('int')]
    const [aDouble, aText, list] = [tie('double'), tie('text'), tie('list')]
    const options = { depthSize: 'small', withCrossShrink: true } as const
    return {
      any: fc.oneof(options, unknown, bool, anInt, aDouble, aText, list, choose(bool, unknown)),
      bool: fc.oneof(
        options,
        oneOf('true', 'false', 'record.b', 'has(record.i)', 'has(record.m.l)', 'has(record.gone)'),
        infix(bool, ['&&', '||']),
        infix(bool, ['&&', '||']),
        unary('!', bool),
        infix(unknown, ['==', '!='], any),
        infix(any, ['==', '!='], unknown),
        infix(unknown, ['<', '<=', '>', '>='], fc.oneof(anInt, aDouble, aText, unknown)),
        infix(anInt, ['<', '<=', '>', '>=', '==', '!=']),
        infix(aText, ['<', '<=', '>', '>=', '==', '!=']),
        infix(time, ['<', '<=', '>', '>=', '==', '!=']),
        infix(unknown, ['in'], list),
        infix(aText, ['in'], oneOf("['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']", "['a', '']")),
        // A null as the key: the reference fails, where CEL's definition says that the map does not have it.
        form('(string(_) in record.m)', unknown),
        form("(string(_) in {'a': 1})", aText),
        form('_.startsWith(_)', aText, aText),
        form('_.contains(_)', aText, aText),
        form("_.matches('^[ab]+$')", aText),
        form('_.exists(x, x == _)', list, any),
        form('_.all(x, x != _ || _)', list, any, bool),
        form('_.existsOne(x, x == _)', list, unknown),
        form('_.exists(x, _ && x == x)', unknown, bool),
        choose(bool, bool),
      ),
      int: fc.oneof(
        options,
        int,
        form('size(_)', fc.oneof(aText, list, unknown)),
        infix(anInt, ['+', '-', '*', '/', '%']),
        form('int(_)', aDouble),
        unary('-', anInt),
        form('_.getSeconds()', time),
        form('_.getDayOfYear()', time),
        form('_.getFullYear("Europe/Berlin")', time),
        form('_.indexOf(_)', aText, aText),
        choose(bool, anInt),
      ),
      double: fc.oneof(
        options,
        double,
        infix(aDouble, ['+', '-', '*', '/']),
        infix(unknown, ['+', '-', '*', '/'], aDouble),
        form('double(_)', anInt),
      ),
      text: fc.oneof(
        options,
        text,
        oneOf('record.s', 'record.t', 'record.m.a'),
        infix(aText, ['+']),
        form('string(_)', fc.oneof(anInt, bool, time, unknown)),
        form("{'a': 'x', 'b': 'y'}[_]", unknown),
        form('_.lowerAscii()', aText),
        form('_.substring(1)', aText),
        form('_.charAt(0)', aText),
        form("_.replace('a', _)", aText, aText),
        form("_.split(',').join(_)", aText, aText),
        form('_.trim()', aText),
        choose(bool, aText),
      ),
      list: fc.oneof(
        options,
        oneOf('record.l', 'record.m.l', '[1, 2, 3]', '[]', "['a', 'b']"),
        form('[_, _]', any, any),
        infix(list, ['+']),
        form('_.map(x, _)', list, any),
        form('_.map(x, [x, _])', list, anInt),
        form('_.filter(x, x == _)', list, any),
        form("_.split(',')", aText),
      ),
    }
  })
  .any.map((generated) => generated.text)

const value = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-cA-C.,é]{0,4}$/) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 2, 3, -2.5, 1e20, 9007199254740992) },
  fc.boolean(),
  fc.constant(null),
)

/** Documents with the fields that the expressions read; any of them may be absent or of another type. */
export const randomRecord = fc.record(
  {
    s: fc.oneof({ weight: 5, arbitrary: fc.stringMatching(/^[a-cA-C.,é]{0,6}$/) }, value),
    t: value,
    n: fc.oneof(fc.integer({ min: -3, max: 9 }), value),
    i: fc.constantFrom(9007199254740993n, 5n, -1n),
    b: fc.oneof({ weight: 4, arbitrary: fc.boolean() }, value),
    z: fc.constant(null),
    l: fc.oneof({ weight: 5, arbitrary: fc.array(value, { maxLength: 4 }) }, value),
    m: fc.record(
      { a: value, b: value, l: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }) },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
)
