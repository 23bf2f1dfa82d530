/**
 * What the scenarios share.
 */
import type * as Page from "@effect-twilio-video/core/Page"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The start time of a scenario. */
export const noon = DateTime.makeUnsafe("2026-03-01T12:00:00Z")

/** The operation must fail with Twilio's code. */
export const failsWith = <A, E extends { readonly code?: number }, R>(code: number, effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, {
    onFailure: (error) => assert.strictEqual(error.code, code),
    onSuccess: () => assert.fail(`succeeded instead of failing with ${code}`)
  })

/** Reads pages of one record each, to the last page and back to the first. */
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
