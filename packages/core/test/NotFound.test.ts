/**
 * What `NotFound` explains for each way of looking up. Holds no client: which answer becomes a NotFound is its matter.
 */
import * as NotFound from "@effect-twilio-video/core/NotFound"
import { assert, describe, it } from "@effect/vitest"

const room = `RM${"1".repeat(32)}`
const participant = `PA${"2".repeat(32)}`

const connectedOnly = "sees only participants who are connected"
const inProgressOnly = "unique name finds only a room in progress"

const cases: ReadonlyArray<{
  readonly target: NotFound.Target
  readonly path: string
  /** Which of the two rules the message tells. */
  readonly rules: ReadonlyArray<string>
}> = [
  { target: { resource: "room", lookup: "name" }, path: "/v1/Rooms/{name}/Participants", rules: [inProgressOnly] },
  { target: { resource: "room", lookup: "sid" }, path: `/v1/Rooms/${room}/Participants`, rules: [] },
  {
    target: { resource: "participant", lookup: "identity" },
    path: "/v1/Rooms/{name}/Participants/{identity}",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "identity" },
    path: `/v1/Rooms/${room}/Participants/{identity}`,
    rules: [connectedOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/${participant}`,
    rules: [inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}`,
    rules: []
  }
]

describe("NotFound", () => {
  for (const { path, rules, target } of cases) {
    it(`of a ${target.resource} by ${target.lookup} at ${path} tells the rules that apply, and no other`, () => {
      const error = NotFound.make(target, { method: "GET", path, status: 404, code: 20404 })
      assert.deepStrictEqual([error.resource, error.lookup, error.path], [target.resource, target.lookup, path])
      assert.deepStrictEqual(
        [connectedOnly, inProgressOnly].filter((rule) => error.message.includes(rule)),
        rules
      )
      assert.isTrue(error.message.endsWith(`(GET ${path}: HTTP 404, Twilio code 20404)`), error.message)
      assert.isTrue(String(error).startsWith("NotFound: No "), String(error))
    })
  }
})
