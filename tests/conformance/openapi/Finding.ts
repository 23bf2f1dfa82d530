/**
 * Something that an exchange has and the document does not allow. Holds no judgement of whether the document is right:
 * see `Exceptions`.
 */
export interface Finding {
  /** The operation's id, or the method and the path where it is none. */
  readonly operation: string
  /** Where: `answer` or `request`, and a JSON pointer, a header, or a parameter. */
  readonly where: string
  readonly problem: string
  readonly value: unknown
}

/** One line for a test's report. */
export const format = ({ operation, problem, value, where }: Finding): string =>
  `${operation}: ${where} ${problem}, and is ${JSON.stringify(value)}`
