/**
 * What `NotFound` explains for each way of looking up. Holds no client: which answer becomes a NotFound is its matter.
 */
import * as NotFound from "@effect-twilio-video/core/NotFound"
import { assert, describe, it } from "@effect/vitest"

const room = `RM${"1".repeat(32)}`
const participant = `PA${"2".repeat(32)}`
const track = `MT${"3".repeat(32)}`

const connectedOnly = "finds only connected participants"
const inProgressOnly = "A unique name finds only a room in progress"

const cases: ReadonlyArray<{
  readonly target: NotFound.Target
  readonly path: string
  /** What the message says is not there. */
  readonly missing: string
  /** Which of the two rules the message tells. */
  readonly rules: ReadonlyArray<string>
}> = [
  {
    target: { resource: "room", lookup: "name" },
    path: "/v1/Rooms/{name}/Participants",
    missing: "No room in progress has this unique name.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "room", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants`,
    missing: "No room has this SID.",
    rules: []
  },
  {
    target: { resource: "participant", lookup: "identity" },
    path: "/v1/Rooms/{name}/Participants/{identity}",
    missing: "No connected participant in the room has this identity.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "identity" },
    path: `/v1/Rooms/${room}/Participants/{identity}/SubscribeRules`,
    missing: "No connected participant in the room has this identity.",
    rules: [connectedOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/${participant}`,
    missing: "No participant in the room has this SID, or there's no such room.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}`,
    missing: "No participant in the room has this SID, or there's no such room.",
    rules: []
  },
  {
    target: { resource: "published-track", lookup: "name" },
    path: "/v1/Rooms/{name}/Participants/{identity}/PublishedTracks/{name}",
    missing: "The participant isn't publishing a track with this name, or isn't there.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    // The name that the path masks is the track's: it tells nothing of the room.
    target: { resource: "published-track", lookup: "name" },
    path: `/v1/Rooms/${room}/Participants/${participant}/PublishedTracks/{name}`,
    missing: "The participant isn't publishing a track with this name, or isn't there.",
    rules: []
  },
  {
    target: { resource: "published-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/{identity}/PublishedTracks/${track}`,
    missing: "The participant isn't publishing a track with this SID, or isn't there.",
    rules: [connectedOnly]
  },
  {
    target: { resource: "published-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}/PublishedTracks/${track}`,
    missing: "The participant isn't publishing a track with this SID, or isn't there.",
    rules: []
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/{identity}/SubscribedTracks/${track}`,
    missing: "The participant isn't subscribed to a track with this SID, or isn't there.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/${participant}/SubscribedTracks/${track}`,
    missing: "The participant isn't subscribed to a track with this SID, or isn't there.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}/SubscribedTracks/${track}`,
    missing: "The participant isn't subscribed to a track with this SID, or isn't there.",
    rules: []
  }
]

describe("NotFound", () => {
  for (const { missing, path, rules, target } of cases) {
    it(`of a ${target.resource} by ${target.lookup} at ${path} tells the rules that apply, and no other`, () => {
      const error = NotFound.make(target, { method: "GET", path, status: 404, code: 20404 })
      assert.deepStrictEqual([error.resource, error.lookup, error.path], [target.resource, target.lookup, path])
      assert.deepStrictEqual(
        [connectedOnly, inProgressOnly].filter((rule) => error.message.includes(rule)),
        rules
      )
      assert.isTrue(error.message.startsWith(`${missing} `), error.message)
      assert.isTrue(error.message.endsWith(` (GET ${path}: HTTP 404, Twilio code 20404)`), error.message)
      assert.isTrue(String(error).startsWith(`NotFound: ${missing} `), String(error))
    })
  }
})
