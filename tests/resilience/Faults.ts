/**
 * The mix of faults that the run has to survive, as rules for the sandbox: every kind there is, each as probable as the
 * others. Holds no run.
 */
import type * as Fault from "@effect-twilio-video/sandbox/Fault"

/** How probable it is that a request meets one of them. */
export const rate = 0.3

/** Longer than the policy waits for an answer. */
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

// The first rule that strikes wins, so the ones behind are asked less often. This evens it out.
export const rules: ReadonlyArray<Fault.FaultRule> = kinds.map((fault, index) => {
  const share = rate / kinds.length
  return { rate: share / (1 - index * share), fault }
})
