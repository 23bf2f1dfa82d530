/**
 * Twilio's package reads lists of 2,500 rooms, participants, published and subscribed tracks page by page: each item once,
 * in order, in as many requests as the page size needs.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as OurClient from "./OurClient.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const total = 2_500

interface Item {
  readonly sid: string
}

const sidsOf = (items: ReadonlyArray<Item>) => items.map(({ sid }) => sid)

/** What this file uses of any list of the package. */
interface PackageList {
  readonly list: (options: { pageSize?: number; limit?: number }) => Promise<ReadonlyArray<Item>>
  readonly page: (options: { pageSize?: number }) => Promise<TwilioSdk.Page<Item>>
  readonly getPage: (url: string) => Promise<TwilioSdk.Page<Item>>
  readonly each: (
    options: { readonly pageSize: number; readonly done: (error?: unknown) => void },
    onItem: (item: Item, stop: () => void) => void
  ) => void
}

/** A list: how both clients read it, and how to change it. */
interface Listing {
  readonly official: (rooms: TwilioSdk.Rooms, room: string) => PackageList
  readonly ours: (
    services: OurClient.Services,
    room: string,
    options?: { readonly pageSize: number }
  ) => Stream.Stream<Item, OurClient.Failure>
  readonly path: (room: string) => string
  /** Prepares a room, and yields the initial items of the list. */
  readonly begin: (sandbox: Sandbox.Service, room: Item) => Effect.Effect<ReadonlyArray<Item>, unknown>
  readonly add: (sandbox: Sandbox.Service, room: string, index: number) => Effect.Effect<Item, unknown>
  readonly remove: (sandbox: Sandbox.Service, room: string, sid: string) => Effect.Effect<unknown, unknown>
}

const bringHostAndGuest: Listing["begin"] = (sandbox, { sid }) =>
  Effect.as(Effect.andThen(sandbox.join(sid, "host"), sandbox.join(sid, "guest")), [])

const publish: Listing["add"] = (sandbox, room, index) =>
  sandbox.publishTrack(room, "host", { kind: "data", name: `track ${index}` })

const unpublish: Listing["remove"] = (sandbox, room, sid) => sandbox.unpublishTrack(room, "host", sid)

const listings: Readonly<Record<string, Listing>> = {
  rooms: {
    official: (rooms) => rooms,
    ours: ({ rooms }, _, options) => rooms.stream(options),
    path: () => "/v1/Rooms",
    begin: (_, room) => Effect.succeed([room]),
    add: (sandbox) => sandbox.openRoom(),
    remove: (sandbox, _, sid) => sandbox.completeRoom(sid)
  },
  participants: {
    official: (rooms, room) => rooms(room).participants,
    ours: ({ participants }, room, options) => participants.stream(room, options),
    path: (room) => `/v1/Rooms/${room}/Participants`,
    begin: () => Effect.succeed([]),
    add: (sandbox, room, index) => sandbox.join(room, `guest ${index}`),
    remove: (sandbox, room, sid) => sandbox.leave(room, sid)
  },
  "published tracks": {
    official: (rooms, room) => rooms(room).participants("host").publishedTracks,
    ours: ({ published }, room, options) => published.stream(room, "host", options),
    path: (room) => `/v1/Rooms/${room}/Participants/host/PublishedTracks`,
    begin: bringHostAndGuest,
    add: publish,
    remove: unpublish
  },
  "subscribed tracks": {
    official: (rooms, room) => rooms(room).participants("guest").subscribedTracks,
    ours: ({ subscribed }, room, options) => subscribed.stream(room, "guest", options),
    path: (room) => `/v1/Rooms/${room}/Participants/guest/SubscribedTracks`,
    begin: bringHostAndGuest,
    add: publish,
    remove: unpublish
  }
}

/** A room, and the SIDs of the list's items, newest first. */
class Items extends Context.Service<Items, { readonly room: string; readonly sids: ReadonlyArray<string> }>()(
  "tests/conformance/twilio-node/paging/Items"
) {}

const gather = Effect.fnUntraced(function* (listing: Listing, size: number) {
  const sandbox = yield* Sandbox.Sandbox
  const room = yield* sandbox.openRoom({ maxParticipants: size })
  const sids = sidsOf(yield* listing.begin(sandbox, room))
  while (sids.length < size) sids.push((yield* listing.add(sandbox, room.sid, sids.length)).sid)
  return { room: room.sid, sids: sids.reverse() }
})

const layerItems = (listing: Listing, size: number, options?: Parameters<typeof SandboxOnLoopback.layer>[0]) =>
  Layer.effect(Items, gather(listing, size)).pipe(Layer.provideMerge(SandboxOnLoopback.layer(options)), Layer.orDie)

/** The list as each client reads it. */
const open = Effect.fnUntraced(function* (listing: Listing) {
  const official = yield* SandboxOnLoopback.Official
  const services = yield* OurClient.services
  const { room, sids } = yield* Items
  return {
    baseUrl: official.baseUrl,
    list: listing.official(official.rooms, room),
    stream: (options?: { readonly pageSize: number }) => listing.ours(services, room, options),
    path: listing.path(room),
    room,
    sids
  }
})

for (const [name, listing] of Object.entries(listings)) {
  layer(layerItems(listing, total))(`Twilio's package reads 2,500 ${name}`, (it) => {
    it.effect.each([
      { options: {}, requests: 50, count: 2_500 },
      { options: { pageSize: 50 }, requests: 50, count: 2_500 },
      { options: { pageSize: 999 }, requests: 3, count: 2_500 },
      { options: { pageSize: 1_000 }, requests: 3, count: 2_500 },
      // The package sends the limit as the page size. The sandbox returns pages of at most 1000.
      { options: { limit: 5_000 }, requests: 3, count: 2_500 },
      { options: { limit: 2_500 }, requests: 3, count: 2_500 },
      { options: { limit: 1_500 }, requests: 2, count: 1_500 },
      { options: { limit: 1_000 }, requests: 1, count: 1_000 },
      { options: { limit: 75, pageSize: 50 }, requests: 2, count: 75 }
    ])("list $options in $requests requests", ({ count, options, requests }) =>
      Effect.gen(function* () {
        const { list, sids } = yield* open(listing)
        const listed = yield* SandboxOnLoopback.countRequests(TwilioSdk.call(() => list.list({ ...options })))
        assert.strictEqual(listed.value.length, count)
        assert.deepStrictEqual(sidsOf(listed.value), sids.slice(0, count))
        assert.strictEqual(listed.requests, requests)
      })
    )

    it.effect("with each, up to the limit", () =>
      Effect.gen(function* () {
        const { list, sids } = yield* open(listing)
        const seen: Array<string> = []
        const all = yield* SandboxOnLoopback.countRequests(
          TwilioSdk.each(list, { pageSize: 1_000 }, ({ sid }) => void seen.push(sid))
        )
        assert.deepStrictEqual(seen, sids)
        assert.strictEqual(all.requests, 3)
        const some: Array<string> = []
        const stopped = yield* SandboxOnLoopback.countRequests(
          TwilioSdk.each(list, { pageSize: 50 }, ({ sid }, stop) => {
            some.push(sid)
            if (some.length === 60) stop()
          })
        )
        assert.deepStrictEqual(some, sids.slice(0, 60))
        assert.strictEqual(stopped.requests, 2)
      })
    )

    it.effect("page by page to the last page and back", () =>
      Effect.gen(function* () {
        const { list, sids } = yield* open(listing)
        const first = yield* TwilioSdk.call(() => list.page({ pageSize: 400 }))
        const forward = [first.instances]
        let page = first
        while (page.nextPageUrl !== undefined) {
          page = yield* TwilioSdk.nextPage(page)
          forward.push(page.instances)
        }
        assert.deepStrictEqual(
          forward.map((instances) => instances.length),
          [400, 400, 400, 400, 400, 400, 100]
        )
        assert.deepStrictEqual(forward.flatMap(sidsOf), sids)
        assert.isUndefined(page.nextPage())
        assert.isUndefined(first.previousPage())
        const backward = [page.instances]
        while (page.previousPageUrl !== undefined) {
          page = yield* TwilioSdk.previousPage(page)
          backward.unshift(page.instances)
        }
        assert.deepStrictEqual(backward.map(sidsOf), forward.map(sidsOf))
      })
    )

    it.effect("a page by its URL, also with Twilio's origin", () =>
      Effect.gen(function* () {
        const { baseUrl, list, path, sids } = yield* open(listing)
        const first = yield* TwilioSdk.call(() => list.page({ pageSize: 5_000 }))
        const next = `${path}?PageSize=1000&Page=1&PageToken=PA${sids[999]}`
        assert.strictEqual(first.nextPageUrl, `${baseUrl}${next}`)
        assert.isUndefined(first.previousPageUrl)
        for (const url of [`${baseUrl}${next}`, `https://video.twilio.com${next}`]) {
          const second = yield* TwilioSdk.call(() => list.getPage(url))
          assert.deepStrictEqual(sidsOf(second.instances), sids.slice(1_000, 2_000))
          assert.strictEqual(
            second.previousPageUrl,
            `${baseUrl}${path}?PageSize=1000&Page=0&PageToken=PB${sids[1_000]}`
          )
        }
      })
    )

    it.effect("in the same order as the library", () =>
      Effect.gen(function* () {
        const { sids, stream } = yield* open(listing)
        assert.deepStrictEqual(sidsOf(yield* Stream.runCollect(stream())), sids)
      })
    )
  })

  layer(layerItems(listing, 9))(`Twilio's package reads ${name} that change meanwhile`, (it) => {
    it.effect("every remaining item appears exactly once", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const { list, room, sids } = yield* open(listing)
        const first = yield* TwilioSdk.call(() => list.page({ pageSize: 3 }))
        // The last item of the page is removed. The next page still starts after it.
        yield* listing.remove(sandbox, room, sids[2] ?? "")
        yield* listing.remove(sandbox, room, sids[4] ?? "")
        yield* listing.add(sandbox, room, 9)
        const second = yield* TwilioSdk.nextPage(first)
        assert.deepStrictEqual(sidsOf(second.instances), [sids[3], sids[5], sids[6]])
        const third = yield* TwilioSdk.nextPage(second)
        assert.deepStrictEqual(sidsOf(third.instances), [sids[7], sids[8]])
        assert.isUndefined(third.nextPage())
      })
    )
  })

  layer(layerItems(listing, 120, { publicOrigin: "https://video.twilio.com" }))(
    `a sandbox with Twilio's public origin and 120 ${name}`,
    (it) => {
      it.effect("both clients read all pages", () =>
        Effect.gen(function* () {
          const { list, path, sids, stream } = yield* open(listing)
          const first = yield* TwilioSdk.call(() => list.page({}))
          assert.strictEqual(
            first.nextPageUrl,
            `https://video.twilio.com${path}?PageSize=50&Page=1&PageToken=PA${sids[49]}`
          )
          const listed = yield* SandboxOnLoopback.countRequests(TwilioSdk.call(() => list.list({})))
          assert.deepStrictEqual(sidsOf(listed.value), sids)
          assert.strictEqual(listed.requests, 3)
          assert.deepStrictEqual(sidsOf(yield* Stream.runCollect(stream({ pageSize: 50 }))), sids)
        })
      )
    }
  )
}
