import { compileExpression, compileTemplate, type ExpressionProblem } from '../expression/compile.ts'
import { nearest } from '../lib/nearest.ts'
import type { Program, Template, TypeName } from '../model/expression.ts'
import { complaintAt, type Remark } from './complain.ts'
import { type Names, namesAt } from './names.ts'
import { offsetOfPart } from './offset-of-part.ts'
import { formatPath } from './path.ts'
import { placeInScalar } from './scalar-place.ts'
import type { Meanings, Reading } from './study.ts'
import type { Site } from './walk.ts'
import { list } from './walk-object.ts'

type Meaning = Exclude<Site, { kind: 'reference' }>

/** Compiles every expression and template in the scope of its field, and complains about those that cannot work. */
export function compileMeanings(study: Reading): Meanings {
  const programs = new Map<string, Program>()
  const templates = new Map<string, Template>()
  const known = new Map<string, Names>()
  for (const site of study.sites) {
    if (site.kind === 'reference') continue
    const names = namesFor(study, site, known)
    const { where } = site
    if (site.kind === 'expression') {
      const compiled = compileExpression(site.text, names.scope)
      if ('program' in compiled) programs.set(where, compiled.program)
      else report({ study, site, names }, compiled.problems)
    } else {
      const compiled = compileTemplate(site.text, names.scope)
      if ('template' in compiled) templates.set(where, compiled.template)
      else report({ study, site, names }, compiled.problems)
    }
    checkParts({ study, site, names }, programsOf(programs.get(where), templates.get(where)))
  }
  checkTypes(study, programs)
  return { programs, templates }
}

/** All rows of a mapping, and all fields of a part, share their names: they are worked out once. */
function namesFor(study: Reading, site: Meaning, known: Map<string, Names>): Names {
  const part = site.path.slice(0, site.path[2] === 'map' ? 3 : 5)
  const secrets = site.kind === 'template' && site.secrets
  const key = `${site.scope} ${secrets} ${formatPath(part)}`
  const names = known.get(key) ?? namesAt(study, site)
  known.set(key, names)
  return names
}

const programsOf = (program: Program | undefined, template: Template | undefined): readonly Program[] =>
  program === undefined ? (template?.programs ?? []) : [program]

type At = { readonly study: Reading; readonly site: Meaning; readonly names: Names }

function say({ study, site }: At, offset: number, remark: Remark): void {
  study.complaints.push(complaintAt(placeInScalar(site.node, offset), site.path, remark))
}

function report(at: At, problems: readonly ExpressionProblem[]): void {
  for (const { code, message, offset, hint } of problems) {
    const name = code === 'EXPRESSION_NAME' ? /"(\w+)"/.exec(message)?.[1] : undefined
    const why = name !== undefined && Object.hasOwn(at.names.absent, name) ? at.names.absent[name] : undefined
    if (name === undefined || why === undefined) say(at, offset, { code, message, hint })
    else if (name === 'secrets')
      say(at, offset, { code: 'SECRET_MISPLACED', message: 'secrets cannot be used here', hint: why })
    else say(at, offset, { code, message: `"${name}" is not known here`, hint: why })
  }
}

/** The parts that names have are known before any data is: `settings.wrkspace` is a mistake. */
function checkParts(at: At, programs: readonly Program[]): void {
  for (const program of programs) {
    for (const [name, part] of program.reads) {
      const known = Object.hasOwn(at.names.members, String(name))
        ? at.names.members[String(name)]!
        : undefined
      if (known === undefined || part === undefined || known.includes(String(part))) continue
      const meant = nearest(String(part), known)
      say(at, offsetOfPart(at.site.text, [String(name), String(part)]), {
        code: 'REFERENCE_UNKNOWN',
        message: `there is no ${name}.${part}`,
        hint: meant === undefined ? has(String(name), known) : `did you mean ${name}.${meant}?`,
      })
    }
  }
}

function has(name: string, known: readonly string[]): string {
  return known.length === 0 ? `${name} has nothing here` : list(`${name} has`, known)
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  bool: 'true or false',
  list: 'a list',
  timestamp: 'a timestamp',
  string: 'a text',
}

function checkTypes(study: Reading, programs: ReadonlyMap<string, Program>): void {
  for (const site of study.sites) {
    if (site.kind !== 'expression') continue
    const program = programs.get(site.where)
    if (program === undefined || fits(program.type, site.type)) continue
    const wanted = TYPE_NAMES[site.type] ?? site.type
    say({ study, site, names: NO_NAMES }, 0, {
      code: 'EXPRESSION_TYPE',
      message: `this gives ${TYPE_NAMES[program.type] ?? `a value of type ${program.type}`}; the field needs ${wanted}`,
    })
  }
}

const NO_NAMES: Names = { scope: {}, members: {}, absent: {} }

const fits = (actual: TypeName, wanted: TypeName) => wanted === 'dyn' || actual === 'dyn' || actual === wanted
