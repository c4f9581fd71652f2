import { inspect } from 'node:util'

const MASK = '[secret]'

/**
 * A value that must not reach a log, an error message, JSON or a template string by accident.
 * The only way out is `reveal()`, so `grep -rn 'reveal()' src` lists every place that reads one.
 */
export class Secret<T = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
