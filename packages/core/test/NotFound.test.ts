/**
 * The messages of `NotFound` for each resource and lookup. Which responses become this error is tested in http.
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
  /** The first sentence of the message. */
  readonly missing: string
  /** Which of the two rules the message contains. */
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
    missing: "No participant in the room has this SID, or the room doesn't exist.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "participant", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}`,
    missing: "No participant in the room has this SID, or the room doesn't exist.",
    rules: []
  },
  {
    target: { resource: "published-track", lookup: "name" },
    path: "/v1/Rooms/{name}/Participants/{identity}/PublishedTracks/{name}",
    missing: "The participant isn't publishing a track with this name, or doesn't exist.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    // The masked name in the path is the track's, not the room's.
    target: { resource: "published-track", lookup: "name" },
    path: `/v1/Rooms/${room}/Participants/${participant}/PublishedTracks/{name}`,
    missing: "The participant isn't publishing a track with this name, or doesn't exist.",
    rules: []
  },
  {
    target: { resource: "published-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/{identity}/PublishedTracks/${track}`,
    missing: "The participant isn't publishing a track with this SID, or doesn't exist.",
    rules: [connectedOnly]
  },
  {
    target: { resource: "published-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}/PublishedTracks/${track}`,
    missing: "The participant isn't publishing a track with this SID, or doesn't exist.",
    rules: []
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/{identity}/SubscribedTracks/${track}`,
    missing: "The participant isn't subscribed to a track with this SID, or doesn't exist.",
    rules: [connectedOnly, inProgressOnly]
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/{name}/Participants/${participant}/SubscribedTracks/${track}`,
    missing: "The participant isn't subscribed to a track with this SID, or doesn't exist.",
    rules: [inProgressOnly]
  },
  {
    target: { resource: "subscribed-track", lookup: "sid" },
    path: `/v1/Rooms/${room}/Participants/${participant}/SubscribedTracks/${track}`,
    missing: "The participant isn't subscribed to a track with this SID, or doesn't exist.",
    rules: []
  }
]

describe("NotFound", () => {
  for (const { missing, path, rules, target } of cases) {
    it(`explains the rules for a ${target.resource} by ${target.lookup} at ${path}`, () => {
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
