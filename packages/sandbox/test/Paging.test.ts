/**
 * Paging through a list while records are added and removed, at random and in both directions, compared with a simple
 * model.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const path = "/v1/Rooms/Room/Participants/Alice/PublishedTracks"

interface Track {
  readonly sid: string
  published: boolean
}

interface Expected {
  readonly items: ReadonlyArray<string>
  readonly next: boolean
  readonly previous: boolean
}

/** The expected page of the current list. The token gives the track to continue from, and the direction. */
const cut = (
  tracks: ReadonlyArray<Track>,
  newestFirst: boolean,
  size: number,
  token: { readonly after: boolean; readonly sid: string } | undefined
): Expected => {
  const order = newestFirst ? tracks.toReversed() : tracks
  const published = (some: ReadonlyArray<Track>) => some.filter((track) => track.published).map((track) => track.sid)
  if (token === undefined) {
    const all = published(order)
    return { items: all.slice(0, size), next: all.length > size, previous: false }
  }
  const at = order.findIndex((track) => track.sid === token.sid)
  if (token.after) {
    const ahead = published(order.slice(at + 1))
    return {
      items: ahead.slice(0, size),
      next: ahead.length > size,
      previous: published(order.slice(0, at + 1)).length > 0
    }
  }
  const behind = published(order.slice(0, at))
  return {
    items: behind.slice(Math.max(0, behind.length - size)),
    next: published(order.slice(at)).length > 0,
    previous: behind.length > size
  }
}

const steps = 1000

for (const listOrder of ["newest-first", "oldest-first"] as const) {
  it.effect(`${listOrder}: the previous page has no next page once all later records are gone`, () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start({
        rooms: [{ uniqueName: "Room", participants: [{ identity: "Alice" }] }],
        assumptions: { listOrder }
      })
      for (const name of ["a", "b", "c"]) yield* sandbox.publishTrack("Room", "Alice", { kind: "data", name })
      const get = (url: string) => call(url.replace("http://sandbox.test", ""))
      const first = (yield* call(`${path}?PageSize=1`)).body
      const second = (yield* get(first.meta.next_page_url)).body
      const [kept] = first.published_tracks
      for (const name of ["a", "b", "c"].filter((name) => name !== kept.name)) {
        yield* sandbox.unpublishTrack("Room", "Alice", name)
      }
      const back = (yield* get(second.meta.previous_page_url)).body
      assert.deepStrictEqual(
        [back.published_tracks, back.meta.previous_page_url, back.meta.next_page_url],
        [[kept], null, null]
      )
    })
  )
}

for (const listOrder of ["newest-first", "oldest-first"] as const) {
  for (const seed of ["a", "b", "c", "d", "e"]) {
    describe(`${listOrder}, seed ${seed}`, () => {
      it.effect(`${steps} random steps give the pages of the model`, () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
          const { call, sandbox } = yield* Calls.start({
            rooms: [{ uniqueName: "Room", participants: [{ identity: "Alice" }] }],
            assumptions: { listOrder }
          })
          const tracks: Array<Track> = []
          const seen = { next: 0, previous: 0, gone: 0 }
          let page: { readonly next: string | null; readonly previous: string | null } = { next: null, previous: null }
          for (let step = 0; step < steps; step++) {
            const what = yield* Random.nextIntBetween(0, 12)
            const there = tracks.filter((track) => track.published)
            if (what < 3 || there.length < 3) {
              const { sid } = yield* sandbox.publishTrack("Room", "Alice", { kind: "data" })
              tracks.push({ sid, published: true })
              continue
            }
            if (what < 5) {
              // Prefer a track that the current page's tokens refer to.
              const anchors = there.filter(({ sid }) => `${page.next} ${page.previous}`.includes(sid))
              const some = anchors.length > 0 ? anchors : there
              const track = some[yield* Random.nextIntBetween(0, some.length)]
              if (track === undefined) continue
              yield* sandbox.unpublishTrack("Room", "Alice", track.sid)
              track.published = false
              continue
            }
            const direction = what < 8 ? "next" : what < 11 ? "previous" : undefined
            const url = direction === undefined ? null : page[direction]
            const size = yield* Random.nextIntBetween(1, 5)
            const text = url === null ? null : new URL(url).searchParams.get("PageToken")
            const token = text === null ? undefined : { after: text.startsWith("PA"), sid: text.slice(2) }
            const expected = cut(tracks, listOrder === "newest-first", size, token)
            const query = `?PageSize=${size}${text === null ? "" : `&PageToken=${text}`}`
            const { meta, published_tracks: items } = (yield* call(`${path}${query}`)).body
            assert.deepStrictEqual(
              {
                items: items.map((item: Track) => item.sid),
                next: meta.next_page_url !== null,
                previous: meta.previous_page_url !== null
              },
              // An empty page has no record to make a token from.
              expected.items.length === 0 ? { items: [], next: false, previous: false } : expected,
              `step ${step}`
            )
            page = { next: meta.next_page_url, previous: meta.previous_page_url }
            if (token === undefined || direction === undefined) continue
            seen[direction] += 1
            if (tracks.find((track) => track.sid === token.sid)?.published === false) seen.gone += 1
          }
          // The walk went in both directions, and from removed tracks.
          for (const count of Object.values(seen)) assert.isAbove(count, 5)
        }).pipe(Random.withSeed(`${listOrder} ${seed}`))
      )
    })
  }
}
