/**
 * What `NotFound` explains for each way of looking up. Holds no client: which answer becomes a NotFound is its matter.
 */
import * as NotFound from "@effect-twilio-video/core/NotFound"
import { assert, describe, it } from "@effect/vitest"

const room = `RM${"1".repeat(32)}`
const participant = `PA${"2".repeat(32)}`
const track = `MT${"3".repeat(32)}`

const connectedOnly = "sees only participants who are connected"
const inProgressOnly = "unique name finds only a room in progress"

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
    missing: "No room with this SID is in the account.",
    rules: []
  },
  {
    target: { resource: "participant", lookup: "identity" },
    path: "/v1/Rooms/{name}/Participants/{identity}",
    missing: "No connected participant with this identity is in the room.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "identity" },
    path: `/v1/Rooms/${room}/Participants/{identity}/SubscribeRules`,
    missing: "No connected participant with this identity is in the room.",
    rules: [connectedOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/${participant}`,
    missing: "No participant with this SID is in the room, or the room is not there.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}`,
    missing: "No participant with this SID is in the room, or the room is not there.",
    rules: []
  },
  {
    target: { resource: "published-track", lookup: "name" },
    path: "/v1/Rooms/{name}/Participants/{identity}/PublishedTracks/{name}",
    missing:
      "No track with this name is published by the participant now, or the participant or the room is not there.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    // The name that the path masks is the track's: it tells nothing of the room.
    target: { resource: "published-track", lookup: "name" },
    path: `/v1/Rooms/${room}/Participants/${participant}/PublishedTracks/{name}`,
    missing:
      "No track with this name is published by the participant now, or the participant or the room is not there.",
    rules: []
  },
  {
    target: { resource: "published-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/{identity}/PublishedTracks/${track}`,
    missing: "No track with this SID is published by the participant now, or the participant or the room is not there.",
    rules: [connectedOnly]
  },
  {
    target: { resource: "published-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}/PublishedTracks/${track}`,
    missing: "No track with this SID is published by the participant now, or the participant or the room is not there.",
    rules: []
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/{identity}/SubscribedTracks/${track}`,
    missing:
      "No track with this SID is the participant subscribed to now, or the participant or the room is not there.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/${participant}/SubscribedTracks/${track}`,
    missing:
      "No track with this SID is the participant subscribed to now, or the participant or the room is not there.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}/SubscribedTracks/${track}`,
    missing:
      "No track with this SID is the participant subscribed to now, or the participant or the room is not there.",
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
      assert.isTrue(String(error).startsWith("NotFound: No "), String(error))
    })
  }
})
