/**
 * The fault rules of the simulation: every kind of fault, each equally likely.
 */
import type * as Fault from "@effect-twilio-video/sandbox/Fault"

/** The probability that a request is hit by a fault. */
export const rate = 0.3

/** Longer than the policy's timeout. */
const tooLong = 45_000

const kinds: ReadonlyArray<Fault.Fault> = [
  { type: "status", status: 429, code: 20429 },
  { type: "status", status: 429, code: 20429, retryAfter: 2 },
  { type: "status", status: 500, code: 20500 },
  { type: "status", status: 503 },
  { type: "status", status: 503, retryAfter: 1 },
  { type: "delay", millis: 3000 },
  { type: "delay", millis: tooLong },
  { type: "late-response", millis: 3000 },
  { type: "late-response", millis: tooLong },
  { type: "reset" },
  { type: "lost-response" },
  { type: "truncated-body" },
  { type: "html" },
  { type: "wrong-content-type" }
]

// The first rule that triggers wins, so later rules are tried less often. Their rates compensate for that.
export const rules: ReadonlyArray<Fault.FaultRule> = kinds.map((fault, index) => {
  const share = rate / kinds.length
  return { rate: share / (1 - index * share), fault }
})
