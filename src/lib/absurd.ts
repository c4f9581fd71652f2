/** Makes a `switch` over a union complete: forgetting a case is a type error here. */
export function absurd(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
