/**
 * Tests records that don't decode, in pages, streams and the bulk operations.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"

const [ann, ben, cay, dan] = ["1", "2", "3", "4"].map(Stub.sid) as [string, string, string, string]

interface Listed {
  readonly name: string
  readonly key: string
  readonly good: Record<string, unknown>
  readonly change: Record<string, unknown>
  readonly list: Effect.Effect<Page.Page<unknown>, Operations.Failure, TwilioVideo.Services>
  readonly stream: Stream.Stream<unknown, Operations.Failure, TwilioVideo.Services>
}

const services: ReadonlyArray<Listed> = [
  {
    name: "Rooms",
    key: "rooms",
    good: Stub.room(),
    change: { unique_name: null },
    list: Rooms.list(),
    stream: Rooms.stream()
  },
  {
    name: "Participants",
    key: "participants",
    good: Stub.body(),
    change: { identity: null },
    list: Participants.list("Standup"),
    stream: Participants.stream("Standup")
  },
  {
    name: "PublishedTracks",
    key: "published_tracks",
    good: Stub.publishedTrack(),
    change: { name: null },
    list: PublishedTracks.list("Standup", "Alice"),
    stream: PublishedTracks.stream("Standup", "Alice")
  },
  {
    name: "SubscribedTracks",
    key: "subscribed_tracks",
    good: Stub.subscribedTrack(),
    change: { name: null },
    list: SubscribedTracks.list("Standup", "Alice"),
    stream: SubscribedTracks.stream("Standup", "Alice")
  }
]

for (const { change, good, key, list, name, stream } of services) {
  describe(name, () => {
    const records = [{ ...good, ...change }, good, { ...good, sid: "Mallory" }, "Mallory", good]

    it.effect("a page has the records that decode, and the SIDs and errors of the others", () =>
      Effect.gen(function* () {
        const page = yield* Stub.run(() => Stub.json(Stub.list(records, null, undefined, key)), list)
        assert.strictEqual(page.items.length, 2)
        assert.deepStrictEqual(
          page.undecodable.map(({ sid }) => sid),
          [Option.some(good["sid"]), Option.none(), Option.none()]
        )
        const [member] = Object.keys(change)
        const places = [`["${key}"][0]["${member}"]`, `["${key}"][2]["sid"]`, `["${key}"][3]`]
        page.undecodable.forEach(({ error }, index) => {
          assert.strictEqual(error.reason._tag === "UnexpectedResponse" && error.reason.problem, "wrong-shape")
          assert.include(error.message, ` at ${places[index]}.`)
          assert.deepStrictEqual([error.method, error.status], ["GET", 200])
          assert.notInclude(JSON.stringify(error), "Mallory")
        })
      })
    )

    it.effect("a stream has the records of all pages that decode, and then fails with the first error", () =>
      Effect.gen(function* () {
        let pages = 0
        const next = "https://video.twilio.com/v1/x?PageToken=t"
        let seen = 0
        const error = yield* Stub.run(
          () =>
            Stub.json(
              ++pages === 1
                ? Stub.list(records, next, undefined, key)
                : Stub.list([{ ...good, date_created: null }, good], null, undefined, key)
            ),
          Effect.flip(Stream.runForEach(stream, () => Effect.sync(() => seen++)))
        )
        assert.deepStrictEqual([pages, seen], [2, 3])
        assert.include(error.message, ` at ["${key}"][0]["${Object.keys(change)[0]}"].`)
      })
    )
  })
}

describe("Page.stream", () => {
  const pages = (response: (page: number) => Record<string, unknown>) => {
    let page = 0
    const seen: Array<number> = []
    return Stub.using(
      () => Stub.json(response(page++)),
      (participants) =>
        Page.stream((pageToken) => participants.list("Standup", { pageToken })).pipe(
          Stream.runForEach(({ items }) => Effect.sync(() => seen.push(items.length))),
          Effect.match({
            onSuccess: () => "the end",
            onFailure: (error) =>
              error._tag === "TwilioError" && error.reason._tag === "UnexpectedResponse"
                ? error.reason.problem
                : error._tag
          }),
          Effect.map((end) => ({ end, seen }))
        )
    )
  }
  const next = (token: string) => `https://video.twilio.com/v1/Rooms/Standup/Participants${token}`

  it.effect("fails if the next page was already read or has no token, after the items before", () =>
    Effect.gen(function* () {
      const one = [Stub.body()]
      assert.deepStrictEqual(yield* pages((page) => Stub.list(one, page === 2 ? null : next(`?PageToken=t${page}`))), {
        end: "the end",
        seen: [1, 1, 1]
      })
      assert.deepStrictEqual(yield* pages((page) => Stub.list(one, next(`?PageToken=t${page % 2}`))), {
        end: "repeated-next-page",
        seen: [1, 1, 1]
      })
      assert.deepStrictEqual(yield* pages(() => Stub.list(one, next("?Page=1"))), { end: "wrong-shape", seen: [1] })
      assert.deepStrictEqual(yield* pages(() => Stub.list(one, "")), { end: "the end", seen: [1] })
    })
  )
})

/** A room with these connected participants, whose records changes don't alter. */
const room = (records: ReadonlyArray<Record<string, unknown>>) => {
  const writes: Array<string> = []
  const handler = (request: Request) => {
    const { pathname, searchParams } = new URL(request.url)
    const sid = /Participants\/(PA[^/]+)/u.exec(pathname)?.[1]
    if (request.method === "POST") writes.push(pathname.replace(`/v1/Rooms/${Stub.roomSid}/Participants/`, ""))
    if (sid === undefined) {
      if (!pathname.endsWith("/Participants")) return Stub.json(Stub.room())
      return Stub.json(Stub.list(searchParams.get("Status") === "connected" ? records : [], null))
    }
    const record = records.find((record) => record["sid"] === sid)
    const status = request.method === "POST" ? "disconnected" : record?.["status"]
    return record === undefined
      ? Stub.json({ code: 20404, message: "No", status: 404 }, 404)
      : Stub.json({ ...record, status }, 202)
  }
  return { handler, writes }
}

const here = (sid: unknown, change: Record<string, unknown> = {}) =>
  Stub.body({ sid, identity: `${String(sid)} by name`, status: "connected", end_time: null, ...change })

const textOf = (outcome: Bulk.Removal | Bulk.Anonymization): ReadonlyArray<string> => [
  outcome._tag,
  Option.isOption(outcome.sid) ? Option.getOrElse(outcome.sid, () => "without SID") : outcome.sid
]

describe("the bulk operations", () => {
  const withoutSid = [here(null), here("Mallory")]
  const records = [here(ann), here(ben, { identity: null }), here(cay, { date_created: null }), ...withoutSid]

  for (const [name, all, path, tag] of [
    ["disconnectAll", Bulk.disconnectAll, "", "Disconnected"],
    ["anonymizeAll", Bulk.anonymizeAll, "/Anonymize", "Anonymized"]
  ] as const) {
    it.effect(`${name} acts on every readable SID, and reports the others as failed`, () =>
      Effect.gen(function* () {
        const { handler, writes } = room(records)
        const report = new Bulk.Report()
        const outcomes = yield* Stub.run(
          handler,
          Stream.runCollect<Bulk.Removal | Bulk.Anonymization, Operations.Failure, TwilioVideo.Services>(
            all("Standup", { concurrency: 1, report })
          )
        )
        assert.deepStrictEqual(outcomes.map(textOf), [
          [tag, ann],
          [tag, ben],
          [tag, cay],
          ["Failed", "without SID"],
          ["Failed", "without SID"]
        ])
        assert.deepStrictEqual(
          outcomes.map(({ participant }) => Option.isSome(participant)),
          [true, false, false, false, false]
        )
        assert.deepStrictEqual(
          writes,
          [ann, ben, cay].map((sid) => `${sid}${path}`)
        )
        const { already, done, failed, failedWithoutSid, isComplete } = yield* report.snapshot
        assert.deepStrictEqual<ReadonlyArray<ReadonlyArray<string>>>([done, already, failed], [[ann, ben, cay], [], []])
        assert.deepStrictEqual([failedWithoutSid, isComplete], [2, true])
        for (const outcome of outcomes) {
          if (outcome._tag !== "Failed") continue
          assert.include(outcome.error.message, '["sid"]')
          assert.notInclude(JSON.stringify(outcome.error), "by name")
        }
      })
    )
  }

  it.effect("disconnectAll skips a participant if the record doesn't show whether they are excepted", () =>
    Effect.gen(function* () {
      const removed = (except: Bulk.DisconnectAllOptions["except"]) => {
        const { handler, writes } = room([here(ann), here(ben, { identity: null }), here(dan)])
        return Stub.run(
          handler,
          Effect.map(Stream.runCollect(Bulk.disconnectAll("Standup", { except, concurrency: 1 })), (outcomes) => ({
            writes,
            outcomes: outcomes.map(textOf)
          }))
        )
      }
      assert.deepStrictEqual(yield* removed([dan]), {
        writes: [ann, ben],
        outcomes: [
          ["Disconnected", ann],
          ["Disconnected", ben]
        ]
      })
      for (const except of [
        [ben, `${dan} by name`],
        [ben, dan]
      ]) {
        assert.deepStrictEqual(yield* removed(except), { writes: [ann], outcomes: [["Disconnected", ann]] })
      }
      for (const except of [[`${dan} by name`], ({ sid }: { readonly sid: string }) => sid === dan]) {
        const { outcomes, writes } = yield* removed(except)
        assert.deepStrictEqual(writes, [ann])
        assert.deepStrictEqual(
          new Set(outcomes),
          new Set([
            ["Disconnected", ann],
            ["Failed", ben]
          ])
        )
      }
    })
  )

  it.effect("a participant with an unreadable record who isn't found after the removal is gone, and not erased", () =>
    Effect.gen(function* () {
      const { handler } = room([here(ben, { identity: null })])
      const missing = (request: Request) =>
        request.method === "POST" ? Stub.json({ code: 20404, message: "No", status: 404 }, 404) : handler(request)
      const removal = yield* Stub.run(missing, Stream.runCollect(Bulk.disconnectAll(Stub.roomSid)))
      assert.deepStrictEqual(removal.map(textOf), [["AlreadyGone", ben]])
      const erasure = yield* Stub.run(missing, Stream.runCollect(Bulk.anonymizeAll(Stub.roomSid)))
      assert.deepStrictEqual(erasure.map(textOf), [["Failed", ben]])
    })
  )
})
