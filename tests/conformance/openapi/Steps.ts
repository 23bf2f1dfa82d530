/**
 * What the steps of a run have in common. Holds no steps.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as Page from "@effect-twilio-video/core/Page"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** When runs begin. */
export const noon = DateTime.makeUnsafe("2026-03-01T12:00:00Z")

/** All services, and the controls. */
export const services = Effect.all({
  participants: Participants.Participants,
  publishedTracks: PublishedTracks.PublishedTracks,
  rooms: Rooms.Rooms,
  rules: SubscribeRules.SubscribeRules,
  sandbox: Sandbox.Sandbox,
  subscribedTracks: SubscribedTracks.SubscribedTracks
})

/** The operation must fail, with Twilio's code. */
export const refused = <A, E extends { readonly code?: number }, R>(code: number, effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, {
    onFailure: (error) => assert.strictEqual(error.code, code),
    onSuccess: () => assert.fail(`succeeded instead of failing with ${code}`)
  })

/** Reads pages of one record to the last and back to the first. */
export const turnPages = <A, E, R>(
  read: (options: Page.ListOptions) => Effect.Effect<Page.Page<A>, E, R>,
  count: number
) =>
  Effect.gen(function* () {
    const pages = [yield* read({ pageSize: 1 })]
    for (let next = pages[0]?.nextPageToken; next !== undefined && Option.isSome(next);) {
      const page = yield* read({ pageSize: 1, pageToken: next.value })
      pages.push(page)
      next = page.nextPageToken
    }
    assert.strictEqual(pages.length, count)
    for (let previous = pages.at(-1)?.previousPageToken; previous !== undefined && Option.isSome(previous);) {
      const page = yield* read({ pageSize: 1, pageToken: previous.value })
      pages.push(page)
      previous = page.previousPageToken
    }
    assert.strictEqual(pages.length, 2 * count - 1)
  })
