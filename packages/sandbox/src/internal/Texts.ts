/**
 * What Twilio takes for a name or an identity: not empty, well-formed, not too long. Holds no record.
 */

export const maximumLength = 128

export type TextProblem = "empty" | "not-unicode" | "too-long"

// Twilio counts double-byte characters of an identity as two; which those are, it does not say.
const doubleLength = (text: string): number => {
  let length = 0
  for (const character of text) length += (character.codePointAt(0) ?? 0) > 0xff ? 2 : 1
  return length
}

const problem = (text: string, length: (text: string) => number): TextProblem | undefined => {
  if (text === "") return "empty"
  if (!text.isWellFormed()) return "not-unicode"
  return length(text) > maximumLength ? "too-long" : undefined
}

/** Of a room's or a track's name. */
export const nameProblem = (name: string): TextProblem | undefined => problem(name, (text) => Array.from(text).length)

export const identityProblem = (identity: string): TextProblem | undefined => problem(identity, doubleLength)
