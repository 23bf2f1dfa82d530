/**
 * One difference between an exchange and the OpenAPI document. `Exceptions` lists the known errors of the document.
 */
export interface Finding {
  /** The operation's ID, or the method and path if the document has no such operation. */
  readonly operation: string
  /** `response` or `request`, and a JSON pointer, a header, or a parameter. */
  readonly where: string
  readonly problem: string
  readonly value: unknown
}

/** One line of a test's failure message. */
export const format = ({ operation, problem, value, where }: Finding): string =>
  `${operation}: ${where} ${problem}, got ${JSON.stringify(value)}`
