import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Lane from "../../../tests/support/Lane.ts"
import { ConsoleModel, participantsAfter } from "./support/ConsoleModel.ts"
import * as Events from "./support/Events.ts"
import { control, serve, twilio } from "./support/Served.ts"

const room = "/sandbox/rooms/Huddle"

const resource = "/v1/Rooms/Huddle/Participants"

const timeline = Effect.map(control("GET", `${room}/timeline`), ({ body }) => body)

const rules = (type: string) => ({ Rules: JSON.stringify([{ type, all: true }]) })

const changesOf = (path: string, changes: ReadonlyArray<string>) =>
  changes.map((change) => control("POST", `${path}/${change}`))

const tracksOf = (participant: string) =>
  ["camera", "voice"].flatMap((name) =>
    changesOf(`${participant}/tracks/${name}`, ["enable", "disable", "unpublish"]).concat(
      control("POST", `${participant}/tracks`, { kind: "video", name, enabled: name === "camera" })
    )
  )

const ofParticipant = (identity: string) => {
  const participant = `${room}/participants/${identity}`
  return [
    ...[true, false].map((automaticSubscription) =>
      control("POST", `${room}/participants`, { identity, automaticSubscription })
    ),
    ...changesOf(participant, ["leave", "lose-connection", "regain-connection", "remove", "anonymize"]),
    ...tracksOf(participant),
    twilio(`${resource}/${identity}`),
    twilio(`${resource}/${identity}`, { Status: "disconnected" }),
    twilio(`${resource}/${identity}/Anonymize`, {}),
    twilio(`${resource}/${identity}/SubscribeRules`, rules("include")),
    twilio(`${resource}/${identity}/SubscribeRules`, rules("exclude"))
  ]
}

const steps = [
  ...["Ada", "Ben"].flatMap(ofParticipant),
  control("POST", "/sandbox/rooms", { uniqueName: "Retro" }),
  control("POST", "/sandbox/rooms/Retro/complete"),
  control("PUT", "/sandbox/faults", [{ fault: { type: "status", status: 503 }, operations: ["FetchRoom"], times: 1 }]),
  control("DELETE", "/sandbox/faults"),
  twilio("/v1/Rooms/Huddle"),
  control("DELETE", "/sandbox/requests"),
  control("DELETE", "/sandbox/callbacks"),
  control("PUT", "/sandbox/clock", { rate: 0 }),
  control("PUT", "/sandbox/clock", { advance: "5 seconds" }),
  control("PUT", "/sandbox/clock", { rate: 10 })
]

const Steps = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: steps.length - 1 }))).check(
  Schema.isMinLength(20),
  Schema.isMaxLength(60)
)

const scenario = {
  rooms: [{ uniqueName: "Huddle", statusCallback: "http://127.0.0.1:9/callbacks", participants: [{ identity: "Ada" }] }]
}

/** What a console shows that has read all events since `reader` opened. */
const shownBy = Effect.fnUntraced(function* (reader: Events.Reader) {
  const received = yield* Events.untilNow(reader)
  const model = new ConsoleModel()
  for (const one of received) model.receive(one)
  return { received, shown: model.shown }
})

const shownAfresh = Effect.map(Events.snapshot, (snapshot) => {
  const model = new ConsoleModel()
  model.receive(snapshot)
  return model.shown
})

describe("the events of a served sandbox", () => {
  it.live("lead to the same view as a new snapshot and timeline, whatever changes", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Steps),
        (chosen) =>
          Effect.gen(function* () {
            const reader = yield* Events.open()
            const start = yield* timeline
            yield* Effect.forEach(chosen, (index) => steps[index] ?? Effect.void)
            yield* control("POST", "/sandbox/callbacks/await")
            const { received, shown } = yield* shownBy(reader)
            assert.deepStrictEqual(shown, yield* shownAfresh)
            assert.deepEqual(participantsAfter(start, received), (yield* timeline).participants)
          }).pipe(Effect.scoped, Effect.provide(serve(scenario)), Effect.as(true)),
        { runs: Lane.count(10, 100) }
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    })
  )

  it.live("are complete for a reader that returns, and none comes twice", () =>
    Effect.gen(function* () {
      const [first, second] = yield* Effect.all([Events.open(), Events.open()])
      yield* Effect.all([first.until(() => true), second.until(() => true)])
      yield* control("POST", `${room}/participants/Ada/lose-connection`)
      yield* twilio(`${resource}/Ada/SubscribeRules`, rules("exclude"))
      const some = yield* second.until(({ event }) => event.type === "change")
      yield* second.close
      yield* control("POST", `${room}/participants`, { identity: "Cy" })
      // Later attempts would be events for the returned reader alone.
      yield* control("POST", "/sandbox/callbacks/await")
      const all = yield* Events.untilNow(first)
      const returned = yield* Events.open({ "last-event-id": some.at(-1)?.id ?? "" })
      assert.deepStrictEqual([...some, ...(yield* Events.untilNow(returned))], all)
    }).pipe(Effect.scoped, Effect.provide(serve(scenario)))
  )

  it.live("begin with a snapshot for a reader of an earlier server", () =>
    Effect.gen(function* () {
      const earlier = yield* Events.snapshot.pipe(Effect.provide(serve(scenario)))
      const returned = yield* Effect.scoped(
        Effect.flatMap(Events.open({ "last-event-id": earlier.id }), (reader) => reader.until(() => true))
      ).pipe(Effect.provide(serve(scenario)))
      assert.deepStrictEqual(
        returned.map(({ event }) => event.type),
        ["snapshot"]
      )
    })
  )
})
