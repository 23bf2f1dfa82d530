/**
 * Property: an identity, a room name or a track name of any characters addresses exactly its own record, in paths, queries,
 * forms and rules, or fails with a typed error.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, layer } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Lane from "../support/Lane.ts"
import { transports } from "../support/Transports.ts"

// Characters with a meaning in URLs, forms, routers and shells, plain text, and text outside of ASCII.
const pieces = [
  "#",
  "?",
  "%",
  "/",
  "\\",
  " ",
  ".",
  "..",
  "...",
  ";",
  ":",
  "@",
  "&",
  "=",
  "+",
  "$",
  ",",
  "!",
  "'",
  "(",
  ")",
  "*",
  "~",
  "|",
  "%20",
  "%2F",
  "%2f",
  "%23",
  "%25",
  "%2E",
  "%2e%2e",
  "%00",
  "%C3%A9",
  "%zz",
  "%",
  "//",
  "/..",
  "../",
  "?Status=x",
  "#top",
  "Alice",
  "alice",
  "a",
  "Z",
  "0",
  "-",
  "_",
  "{identity}",
  "Anonymize",
  "Participants",
  "constructor",
  "__proto__",
  "null",
  "é",
  "e\u0301",
  "ß",
  "İ",
  "ı",
  "Ж",
  "漢字",
  "हिन्दी",
  "👩‍👩‍👧",
  "😀",
  "\u200d",
  "\u202e",
  "\ufeff",
  "\u00a0",
  "\u2028",
  "\t",
  "\n",
  "\r\n",
  "\u0000",
  "\u007f",
  "<b>",
  '"',
  "`",
  "^",
  "[",
  "]",
  `PA${"0".repeat(32)}`,
  `PA${"g".repeat(32)}`,
  `RM${"0".repeat(32)}`
] as const

const codePoint = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0x10_ffff }))

const Text = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Schema.Union([Schema.Literals(pieces), codePoint])), {
    minLength: 2,
    maxLength: 40
  }),
  (parts) => {
    const whole = parts.map((part) => (Predicate.isString(part) ? part : String.fromCodePoint(part))).join("")
    // An identity must be well-formed Unicode, so lone surrogates are replaced.
    return shorten(whole.toWellFormed())
  }
)

/** At most 128 characters. Twilio counts characters beyond Latin-1 as two. */
const shorten = (text: string): string => {
  let room = 128
  let short = ""
  for (const character of text) {
    room -= (character.codePointAt(0) ?? 0) > 0xff ? 2 : 1
    if (room < 0) return short
    short += character
  }
  return short
}

/** Texts that a careless client or server would confuse with this one. */
const similar = (text: string): ReadonlyArray<string> => {
  const decoded = Option.getOrElse(Option.liftThrowable(decodeURIComponent)(text), () => text)
  return [
    decoded,
    encodeURIComponent(text),
    text.trim(),
    text.toLowerCase(),
    text.normalize("NFC"),
    text.normalize("NFD"),
    text.split(/[#?;/\\]/u)[0] ?? "",
    text.replaceAll("+", " "),
    text.replaceAll("\\", "/"),
    new URL(`http://h/${text.replaceAll(/[#?]/gu, "")}`).pathname.slice(1)
  ]
}

/** This many different texts, from a seed. */
const sample = (count: number, seed: string) =>
  Effect.map(Effect.orDie(Arbitrary.sampleEffect(Text, { count: count * 2, seed })), (texts) => {
    const different = [...new Set(texts)].slice(0, count)
    assert.strictEqual(different.length, count)
    return different
  })

const sidPattern = /^PA[0-9a-fA-F]{32}$/u

/** The number of identities per transport. A transport that isn't listed fails the test. */
const counts: Readonly<Record<string, number>> = {
  "in process": Lane.count(200, 10_000),
  "web handler": Lane.count(50, 2_000),
  "loopback, fetch": Lane.count(50, 1_000),
  "loopback, fetch alone": Lane.count(50, 1_000),
  "loopback, undici": Lane.count(50, 1_000),
  "loopback, undici alone": Lane.count(50, 1_000)
}

/** The number of rooms and of tracks per transport. */
const names = Lane.count(10, 100)

for (const [name, transport] of transports) {
  const count = counts[name] ?? 0

  describe(`identities, ${name}`, () => {
    layer(transport({ rooms: [] }), { excludeTestServices: true })((it) => {
      it.effect(`${count} generated identities each find their own participant among similar ones`, () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          yield* sandbox.openRoom({ uniqueName: "identities", maxParticipants: 1_000_000 })
          const generated = [
            ...(yield* sample(count, name)),
            ".",
            "..",
            "x".repeat(128),
            "漢".repeat(64),
            "%".repeat(128)
          ]
          const owners = new Map<string, string>()
          for (const identity of new Set([...generated, ...generated.flatMap(similar).map(shorten)])) {
            if (identity === "") continue
            owners.set(identity, (yield* sandbox.join("identities", identity)).sid)
          }
          let found = 0
          let refused = 0
          for (const identity of generated) {
            const result = yield* Effect.result(Participants.fetch("identities", identity))
            if (result._tag === "Success") {
              assert.strictEqual(result.success.sid, owners.get(identity), JSON.stringify(identity))
              assert.strictEqual(result.success.identity, identity)
              found += 1
            } else if (result.failure._tag === "NotFound") {
              // Twilio reads an identity in the form of a participant SID as that SID.
              assert.match(identity, sidPattern)
              refused += 1
            } else {
              assert.strictEqual(result.failure.reason._tag, "InvalidArgument", result.failure.message)
              assert.include([".", ".."], identity)
              refused += 1
            }
          }
          assert.strictEqual(found + refused, generated.length)
          // Almost all of them must be addressable, or the test would show little.
          assert.isAbove(found, generated.length * 0.95)
        })
      )

      it.effect("generated room names each reach their own room, in removals and filters", () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          for (const room of yield* sample(names, `rooms ${name}`)) {
            if (room === "." || room === ".." || /^RM[0-9a-fA-F]{32}$/u.test(room)) continue
            const { sid } = yield* sandbox.openRoom({ uniqueName: room })
            yield* sandbox.join(sid, "guest")
            const identity = shorten(`guest ${room}`)
            const own = yield* sandbox.join(sid, identity)
            assert.deepStrictEqual(
              (yield* Participants.list(room, { identity })).items.map((item) => item.sid),
              [own.sid],
              JSON.stringify(room)
            )
            const removed = yield* Participants.disconnect(room, identity)
            assert.deepStrictEqual([removed.sid, removed.roomSid], [own.sid, sid])
            const [left] = (yield* Participants.list(room)).items
            assert.strictEqual(left?.identity, "guest")
          }
        })
      )

      it.effect("generated room names each reach their own room until it's completed", () =>
        Effect.gen(function* () {
          for (const uniqueName of yield* sample(names, `create ${name}`)) {
            if (uniqueName === "." || uniqueName === ".." || /^RM[0-9a-fA-F]{32}$/u.test(uniqueName)) continue
            const created = yield* Rooms.create({ uniqueName })
            assert.strictEqual(created.uniqueName, uniqueName)
            assert.strictEqual((yield* Rooms.fetch(uniqueName)).sid, created.sid)
            assert.deepStrictEqual(
              (yield* Rooms.list({ uniqueName })).items.map((room) => room.sid),
              [created.sid]
            )
            assert.strictEqual((yield* Rooms.complete(uniqueName)).sid, created.sid)
            assert.strictEqual((yield* Effect.flip(Rooms.fetch(uniqueName)))._tag, "NotFound")
          }
        })
      )

      it.effect("generated track names each reach their own track, and a rule subscribes only to it", () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          const { sid: room } = yield* sandbox.openRoom()
          const { sid: subscriber } = yield* sandbox.join(room, "subscriber")
          const tracks = (yield* sample(names, `tracks ${name}`)).filter(
            (text) => !/^(MT|PA)[0-9a-fA-F]{32}$/u.test(text)
          )
          for (const track of tracks) {
            if (track === "." || track === "..") continue
            // The publisher has the same text as identity, and another participant publishes a track of the same name.
            const publisher = yield* sandbox.join(room, track)
            const neighbour = yield* sandbox.join(room, shorten(`_${track}`))
            const own = yield* sandbox.publishTrack(room, publisher.sid, { kind: "video", name: track })
            const other = yield* sandbox.publishTrack(room, publisher.sid, {
              kind: "video",
              name: shorten(`_${track}`)
            })
            yield* sandbox.publishTrack(room, neighbour.sid, { kind: "video", name: track })
            const found = yield* PublishedTracks.fetch(room, track, track)
            assert.deepStrictEqual([found.sid, found.name], [own.sid, track])
            const updated = yield* SubscribeRules.update(room, subscriber, [
              SubscribeRule.include({ publisher: track, track })
            ])
            assert.deepStrictEqual(updated.rules, [{ type: "include", publisher: track, track }])
            const { items } = yield* SubscribedTracks.list(room, subscriber)
            assert.deepStrictEqual(
              items.map((item) => item.sid),
              [own.sid],
              JSON.stringify(track)
            )
            assert.notStrictEqual(own.sid, other.sid)
            yield* sandbox.leave(room, publisher.sid)
            yield* sandbox.leave(room, neighbour.sid)
          }
        })
      )
    })
  })
}
