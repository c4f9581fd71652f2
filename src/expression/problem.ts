/** A mistake of the author in one expression. `offset` is the 0-based character in the source text. */
export type ExpressionProblem = {
  readonly code:
    | 'EXPRESSION_SYNTAX'
    | 'EXPRESSION_NAME'
    | 'EXPRESSION_FUNCTION'
    | 'EXPRESSION_TYPE'
    | 'EXPRESSION_COST'
  readonly message: string
  readonly offset: number
  readonly hint?: string
}

/** Thrown inside the parser only, and caught at its edge: nothing after a syntax error can be trusted. */
export class Unparsable extends Error {
  readonly problem: ExpressionProblem

  constructor(problem: ExpressionProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** @throws {Unparsable} always. */
export function refuse(message: string, offset: number, hint?: string): never {
  throw new Unparsable({
    code: 'EXPRESSION_SYNTAX',
    message,
    offset,
    ...(hint === undefined ? {} : { hint }),
  })
}
