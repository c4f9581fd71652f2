import { nearest } from '../lib/nearest.ts'
import { Failure } from '../model/expression.ts'
import { FORM_NAMES } from './check-form.ts'
import { at, broken, type Checker, type Locals, report, value } from './checker.ts'
import { OVERLOADS } from './functions/table.ts'
import type { Overload } from './overload.ts'
import { begin } from './runtime/meter.ts'
import type { Syntax } from './syntax.ts'
import type { Call, Node } from './tree.ts'
import { type Fit, fit, joinAll, kindOf, showType, substitute, type Type } from './types.ts'

type CallSyntax = Syntax & { kind: 'call' }

/** Checks a function call: which signatures may apply, and what comes of it. */
export function checkCall(checker: Checker, written: CallSyntax, locals: Locals): Node {
  const syntax = qualified(checker, written)
  const known = OVERLOADS.get(syntax.name)
  const parts = syntax.target === undefined ? syntax.args : [syntax.target, ...syntax.args]
  const args = parts.map((arg) => value(checker, arg, locals))
  if (known === undefined) return unknownFunction(checker, syntax)
  const isMember = syntax.target !== undefined
  const matches = known
    .filter((overload) => overload.isMember === isMember)
    .map((overload) => match(overload, args))
    .filter((match) => match.fit !== 'never')
  if (matches.length === 0) return noMatch(checker, syntax, args)
  const isSure = matches.some((match) => match.fit === 'sure')
  const chosen = isSure ? matches.filter((match) => match.fit === 'sure').slice(0, 1) : matches
  return finish(checker, {
    kind: 'call',
    ...at(syntax, joinAll(chosen.map((match) => match.result))),
    name: syntax.name,
    args,
    overloads: chosen.map((match) => match.overload),
    isSure,
  })
}

/** `base64.encode(x)` is a function with a dot in its name, unless `base64` is a name in scope. */
function qualified(checker: Checker, syntax: CallSyntax): CallSyntax {
  const { target } = syntax
  if (target?.kind !== 'name' || Object.hasOwn(checker.scope, target.name)) return syntax
  const name = `${target.name}.${syntax.name}`
  return OVERLOADS.has(name) ? { ...syntax, name, target: undefined } : syntax
}

type Match = { readonly overload: Overload; readonly fit: Fit; readonly result: Type }

function match(overload: Overload, args: readonly Node[]): Match {
  const bound = new Map<string, Type>()
  if (overload.parameters.length !== args.length) return { overload, fit: 'never', result: 'dyn' }
  const fits = overload.parameters.map((parameter, i) => fit(parameter.type, args[i]!.type, bound))
  const worst = fits.includes('never') ? 'never' : fits.includes('maybe') ? 'maybe' : 'sure'
  return { overload, fit: worst, result: substitute(overload.result.type, bound) }
}

function unknownFunction(checker: Checker, syntax: CallSyntax): Node {
  const meant = nearest(syntax.name, [...OVERLOADS.keys(), ...FORM_NAMES])
  const hint = meant === undefined ? undefined : `did you mean "${meant}"?`
  report(checker, 'EXPRESSION_FUNCTION', `unknown function "${syntax.name}"`, { at: syntax.at, hint })
  return broken(syntax)
}

function noMatch(checker: Checker, syntax: CallSyntax, args: readonly Node[]): Node {
  const types = args.map((arg) => showType(arg.type))
  const call =
    syntax.target === undefined
      ? `${syntax.name}(${types.join(', ')})`
      : `${types[0]}.${syntax.name}(${types.slice(1).join(', ')})`
  const overloads = OVERLOADS.get(syntax.name)!
  const hint = `write ${overloads.map(showOverload).join(' or ')}`
  report(checker, 'EXPRESSION_TYPE', `${call} is not defined`, { at: syntax.at, hint })
  return broken(syntax)
}

function showOverload(overload: Overload): string {
  const types = overload.parameters.map((slot) => showType(slot.type))
  return overload.isMember
    ? `${types[0]}.${overload.name}(${types.slice(1).join(', ')})`
    : `${overload.name}(${types.join(', ')})`
}

/** Runs what is constant now, and prepares what is partly constant. */
function finish(checker: Checker, call: Call): Node {
  const [overload] = call.overloads
  if (call.overloads.length !== 1 || overload === undefined) return call
  if (call.isSure && call.args.every((arg) => arg.kind === 'literal')) return fold(checker, call, overload)
  if (overload.specialize === undefined) return call
  const run = overload.specialize(call.args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined)))
  if (run === undefined) return call
  if (typeof run !== 'function') return wrongLiteral(checker, call, run)
  return { ...call, overloads: [{ ...overload, run }] }
}

function fold(checker: Checker, call: Call, overload: Overload): Node {
  begin(checker.limits)
  const run = overload.run as (...args: readonly unknown[]) => unknown
  const result = run(...call.args.map((arg, i) => argument(arg, overload.parameters[i]!.isIndex)))
  if (result instanceof Failure)
    return result.reason === 'format' ? wrongLiteral(checker, call, result) : call
  if (kindOf(call.type) === 'list' || kindOf(call.type) === 'map' || isLong(result)) return call
  const value = overload.result.isIndex ? BigInt(result as number) : result
  return { kind: 'literal', at: call.at, type: call.type, value }
}

/** Long results are made when needed: otherwise constants could grow while an author only checks. */
function isLong(result: unknown): boolean {
  return (typeof result === 'string' || result instanceof Uint8Array) && result.length > MAX_FOLDED
}

const MAX_FOLDED = 1024

function argument(arg: Node, isIndex: boolean): unknown {
  const literal = arg.kind === 'literal' ? arg.value : undefined
  return isIndex ? Number(literal) : literal
}

function wrongLiteral(checker: Checker, call: Call, failure: Failure): Node {
  report(checker, 'EXPRESSION_TYPE', `${call.name}() can never succeed: ${failure.message}`, call)
  return call
}
