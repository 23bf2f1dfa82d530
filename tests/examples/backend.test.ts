/**
 * The example backend on every host, with a sandbox that sends status callbacks: tokens, roster, removals and callbacks.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import * as RoomEvents from "../../examples/backend/roomEvents.ts"
import * as DenoServer from "./support/DenoServer.ts"
import type { Environment, Host } from "./support/Host.ts"
import * as Visitor from "./support/Visitor.ts"
import * as Worker from "./support/Worker.ts"

const { accountSid, apiKeySecret, apiKeySid, authToken } = SandboxCredentials.defaults

/** An empty sandbox on loopback, and the services. */
const Twilio = Layer.unwrap(
  Effect.map(SandboxServer.baseUrl, (baseUrl) =>
    TwilioVideo.layerFetch({ accountSid, authToken: Redacted.make(authToken), baseUrl, quota: "off" })
  )
).pipe(Layer.provideMerge(SandboxServer.layer()), Layer.provideMerge(Sandbox.layerControls({ rooms: [] })), Layer.orDie)

const environment = (extra: Environment = {}) =>
  Effect.map(SandboxServer.baseUrl, (baseUrl): Environment => ({
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_API_KEY_SID: apiKeySid,
    TWILIO_API_KEY_SECRET: apiKeySecret,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_VIDEO_BASE_URL: baseUrl,
    SESSION_SECRET: Visitor.secret,
    ...extra
  }))

const users = Effect.all({
  alice: Visitor.session({ id: "Alice Zzyx", rooms: { Clinic: "guest" } }),
  mona: Visitor.session({ id: "Mona Zzyx", rooms: { Clinic: "moderator", Hall: "guest" } }),
  otto: Visitor.session({ id: "Otto Zzyx", rooms: { Hall: "moderator" } })
})

/** A room with status callbacks, and a participant who joined with a token of the backend. */
const opening = Effect.fnUntraced(function* (origin: string) {
  const sandbox = yield* Sandbox.Sandbox
  const { alice, mona, otto } = yield* users
  const room = yield* Rooms.create({ uniqueName: "Clinic", statusCallback: `${origin}/twilio/callbacks` })
  // Concurrent first requests of an isolate: none may hang on another.
  const tokens = yield* Effect.all(
    Array.from({ length: 8 }, () =>
      Visitor.ask(origin, alice, "POST /token", { room: "Clinic", identity: "Mona Zzyx" })
    ),
    { concurrency: "unbounded" }
  )
  assert.deepStrictEqual(
    tokens.map(({ status }) => status),
    Array.from({ length: 8 }, () => 200)
  )
  const [{ body: minted } = { body: {} }] = tokens
  const joined = yield* sandbox.joinWithToken(minted.token, { room: "Clinic" })
  yield* sandbox.awaitCallbacks
  return { alice, mona, otto, room, minted, joined, sandbox }
})

/** Requests about one participant. A roster that works in the background sends others at any time. */
const participantRequests = Effect.map(
  Sandbox.Sandbox.use(({ requests }) => requests),
  (requests) => requests.filter(({ participant }) => participant !== undefined)
)

/** The name of an event, and the SID of its participant. */
type Told = readonly [string, string | undefined]

/** Who is in the room, by an answer. */
const sids = ({ body }: Visitor.Answer) => body.participants.map(({ sid }: { readonly sid: string }) => sid)

/** The names in an answer. Their values may differ between two answers. */
const namesIn = (answer: object): unknown =>
  Object.entries(answer)
    .map(([name, value]): unknown => (typeof value === "object" ? [name, namesIn(value)] : name))
    .sort()

/** Runs a test on a host, and checks what the host printed. */
const onHost = <A, E, R>(host: Host, extra: Environment, story: (origin: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { ended } = yield* Effect.scoped(
      Effect.gen(function* () {
        const running = yield* host.start(yield* environment(extra))
        yield* story(running.origin)
        return running
      })
    )
    const { stderr, stdout } = yield* Effect.promise(() => ended)
    for (const secret of ["Zzyx", "Clinic", Visitor.secret, apiKeySecret, authToken, "eyJ"]) {
      assert.notInclude(stdout + stderr, secret)
    }
    return { stdout, stderr }
  }).pipe(Effect.provide(Twilio))

const stories = (host: Host) => {
  it.live("gives a token for the session's user, who joins with it", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { alice, joined, minted, mona, otto } = yield* opening(origin)
        assert.strictEqual(joined.identity, "Alice Zzyx")
        assert.deepStrictEqual([minted.identity, minted.room], ["Alice Zzyx", "Clinic"])
        const token = (bearer: string, body: unknown) => Visitor.ask(origin, bearer, "POST /token", body)
        assert.strictEqual((yield* token(alice, { room: "Clinic" })).headers.get("cache-control"), "no-store")
        assert.strictEqual((yield* token(mona, { room: "Clinic" })).status, 200)
        for (const [bearer, body, status, error] of [
          [otto, { room: "Clinic" }, 403, "may-not-enter"],
          [alice, { room: "Hall" }, 403, "may-not-enter"],
          [alice, { room: "constructor" }, 403, "may-not-enter"],
          [alice, { room: joined.roomSid }, 400, "bad-request"],
          [alice, {}, 400, "bad-request"],
          [alice, { room: 7 }, 400, "bad-request"],
          [alice, null, 400, "bad-request"],
          [alice, { room: "" }, 400, "bad-request"],
          [alice, { room: "Clinic", more: "x".repeat(4096) }, 413, "too-large"]
        ] as const) {
          const response = yield* token(bearer, body)
          assert.deepStrictEqual([response.status, response.body.error], [status, error])
          assert.isUndefined(response.body.token)
        }
        const torn = yield* Visitor.send(origin, "POST /token", {
          headers: { authorization: `Bearer ${alice}` },
          body: "{"
        })
        assert.deepStrictEqual([torn.status, torn.body.error], [400, "bad-request"])
        const longId = yield* Visitor.session({ id: "Zzyx".repeat(50), rooms: { Clinic: "guest" } })
        assert.strictEqual((yield* token(longId, { room: "Clinic" })).status, 422)
      })
    )
  )

  it.live("gives a token that expires with the session", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const expires = Math.floor(Date.now() / 1000) + 1000
        const bearer = yield* Visitor.session({ id: "Zoe Zzyx", rooms: { Clinic: "guest" } }, { expires })
        const { body } = yield* Visitor.ask(origin, bearer, "POST /token", { room: "Clinic" })
        // In whole seconds, rounded down.
        assert.oneOf(Date.parse(body.expiresAt) / 1000, [expires - 1, expires])
      })
    )
  )

  it.live("reads a chunked body up to 4096 bytes, and responds to other requests meanwhile", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { alice } = yield* users
        const encoder = new TextEncoder()
        // The first requests of the host: none may wait for another.
        const open = Array.from({ length: 4 }, () => Visitor.stream())
        const tokens = yield* Effect.forEach(open, ({ body }) =>
          Effect.forkChild(Visitor.upload(origin, alice, "POST /token", body))
        )
        for (const { write } of open) write(encoder.encode('{"room":'))
        assert.strictEqual((yield* Visitor.ask(origin, alice, "POST /token", { room: "Clinic" })).status, 200)
        for (const { write, end } of open) {
          write(encoder.encode('"Clinic"}'))
          end()
        }
        for (const token of tokens) assert.strictEqual((yield* Fiber.join(token)).body.room, "Clinic")

        const long = Visitor.stream()
        const refused = yield* Effect.forkChild(Visitor.upload(origin, alice, "POST /token", long.body))
        long.write(new Uint8Array(4096))
        long.write(new Uint8Array(1))
        const { body, status } = yield* Fiber.join(refused)
        assert.deepStrictEqual([status, body.error], [413, "too-large"])
        long.end()
      })
    )
  )

  it.live("rejects a room SID, even as the name of a room", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { joined, otto, room, sandbox } = yield* opening(origin)
        // Otto moderates a room whose name is the SID of the clinic.
        yield* Rooms.create({ uniqueName: room.sid })
        const bearer = yield* Visitor.session({ id: "Otto Zzyx", rooms: { [room.sid]: "moderator" } })
        yield* sandbox.clearRequests
        for (const request of [
          `GET /rooms/${room.sid}/participants`,
          `GET /rooms/%52${room.sid.slice(1)}/participants`,
          `GET /rooms/${room.sid}/events`,
          `DELETE /rooms/${room.sid}/participants/${joined.sid}`
        ]) {
          for (const who of [bearer, otto]) {
            const response = yield* Visitor.ask(origin, who, request)
            assert.deepStrictEqual([request, response.status, response.body.error], [request, 400, "bad-request"])
          }
        }
        const minted = yield* Visitor.ask(origin, bearer, "POST /token", { room: room.sid })
        assert.deepStrictEqual([minted.status, minted.body.error, minted.body.token], [400, "bad-request", undefined])
        assert.deepStrictEqual(yield* participantRequests, [])
      })
    )
  )

  it.live("rejects requests without a valid session", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const mona = { id: "Mona Zzyx", rooms: { Clinic: "moderator" } } as const
        const good = yield* Visitor.session(mona)
        const [payload = "", signature = ""] = good.split(".")
        const forged = btoa(JSON.stringify({ ...mona, rooms: { Hall: "moderator" }, expires: 4e9 })).replace(/=/gu, "")
        const foreign = yield* Visitor.session(mona, { key: "a secret of somebody else, long enough" })
        for (const [authorization, error] of [
          [undefined, "session-missing"],
          [`Basic ${btoa("a:b")}`, "session-invalid"],
          ["Bearer", "session-invalid"],
          [`Bearer ${payload}`, "session-invalid"],
          [`Bearer ${payload}.`, "session-invalid"],
          [`Bearer ${payload}.A`, "session-invalid"],
          [`Bearer ${payload}.${signature.slice(0, -2)}`, "session-invalid"],
          [`Bearer ${forged}.${signature}`, "session-invalid"],
          [`Bearer ${foreign}`, "session-invalid"],
          [`Bearer ${yield* Visitor.session(mona, { expires: Math.floor(Date.now() / 1000) - 1 })}`, "session-expired"],
          // The signature is valid, but the payload isn't a session.
          [`Bearer ${yield* Visitor.session({ id: "", rooms: {} })}`, "session-invalid"]
        ] as const) {
          const headers = authorization === undefined ? {} : { authorization }
          for (const request of [
            "POST /token",
            "GET /rooms/Clinic/participants",
            "GET /rooms/Clinic/events",
            `DELETE /rooms/Clinic/participants/PA${"0".repeat(32)}`
          ]) {
            const response = yield* Visitor.send(origin, request, { headers })
            assert.deepStrictEqual([request, response.status, response.body.error], [request, 401, error])
            assert.strictEqual(response.headers.get("www-authenticate"), "Bearer")
          }
        }
      })
    )
  )

  it.live("lets only moderators read the roster and remove participants", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { alice: guest, joined, mona, otto, room, sandbox } = yield* opening(origin)
        const roster = (bearer: string, query = "") =>
          Visitor.ask(origin, bearer, `GET /rooms/Clinic/participants${query}`)
        const remove = (bearer: string, sid: string) =>
          Visitor.ask(origin, bearer, `DELETE /rooms/Clinic/participants/${sid}`)
        const { body: before } = yield* roster(mona)
        assert.deepStrictEqual([before.roomSid, before.endedAt, before.freshness.doubts], [room.sid, undefined, []])
        const alices = ({ participants }: { readonly participants: ReadonlyArray<{ readonly joinedAt: string }> }) =>
          participants.map(({ joinedAt, ...participant }) => {
            // In milliseconds by the callback, in seconds by the list.
            assert.strictEqual(Math.floor(Date.parse(joinedAt) / 1000), joined.dateCreated.epochMilliseconds / 1000)
            return participant
          })
        const alice = { sid: joined.sid, identity: "Alice Zzyx", status: "connected", tracks: [] }
        assert.deepStrictEqual(alices(before), [alice])
        // No callback says so: the room is read.
        yield* sandbox.loseConnection("Clinic", joined.sid)
        const { body: read } = yield* roster(mona, "?maxAge=0")
        assert.deepStrictEqual(alices(read), [{ ...alice, status: "reconnecting" }])
        assert.isAtLeast(Date.parse(read.freshness.verifiedAt), joined.dateCreated.epochMilliseconds)
        yield* sandbox.regainConnection("Clinic", joined.sid)
        assert.deepStrictEqual(alices((yield* roster(mona, "?maxAge=0")).body), [alice])
        for (const maxAge of ["-1", "1.5", "Infinity", ""]) {
          const { body, status } = yield* roster(mona, `?maxAge=${maxAge}`)
          assert.deepStrictEqual([maxAge, status, body.error], [maxAge, 400, "bad-request"])
        }

        yield* sandbox.clearRequests
        for (const bearer of [guest, otto]) {
          for (const response of [yield* roster(bearer), yield* remove(bearer, joined.sid)]) {
            assert.deepStrictEqual([response.status, response.body.error], [403, "may-not-moderate"])
          }
        }
        assert.deepStrictEqual(yield* participantRequests, [])

        const removed = yield* remove(mona, joined.sid)
        assert.deepStrictEqual([removed.status, removed.body], [200, { result: "disconnected" }])
        yield* sandbox.awaitCallbacks
        assert.deepStrictEqual((yield* roster(mona)).body.participants, [])

        const again = yield* remove(mona, joined.sid)
        assert.deepStrictEqual([again.status, again.body], [200, { result: "already-gone" }])
        const never = yield* remove(mona, `PA${"0".repeat(32)}`)
        assert.deepStrictEqual([never.status, never.body.error], [404, "no-such-participant"])
        const byIdentity = yield* remove(mona, "Alice%20Zzyx")
        assert.deepStrictEqual([byIdentity.status, byIdentity.body.error], [400, "bad-request"])
      })
    )
  )

  it.live("sends moderators who is in a room and what changes, and goes on after a lost connection", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { alice: guest, joined, mona, otto, room, sandbox } = yield* opening(origin)
        for (const bearer of [guest, otto]) {
          const { body, status } = yield* Visitor.ask(origin, bearer, "GET /rooms/Clinic/events")
          assert.deepStrictEqual([status, body.error], [403, "may-not-moderate"])
        }
        const page = RoomEvents.roomEvents(`${origin}/rooms/Clinic/events`, mona)
        const shown = [(yield* Effect.promise(() => page.next())).value]

        const events = (lastEventId?: string) => Visitor.events(origin, mona, "Clinic", lastEventId)
        const told = ({ data, name }: Visitor.Event): Told => [name, data.participant?.sid]
        const { expected, ids } = yield* Effect.scoped(
          Effect.gen(function* () {
            const { headers, take } = yield* events()
            assert.strictEqual(headers.get("content-type"), "text/event-stream")
            const snapshot = yield* take
            // The same form as the answer to a question.
            const { body } = yield* Visitor.ask(origin, mona, "GET /rooms/Clinic/participants")
            assert.deepStrictEqual(namesIn(snapshot.data.participants), namesIn(body.participants))
            assert.deepStrictEqual(Object.keys(snapshot.data), Object.keys(body))
            assert.deepStrictEqual([snapshot.name, snapshot.data.roomSid], ["snapshot", room.sid])

            const zoe = yield* sandbox.join("Clinic", "Zoe Zzyx")
            yield* sandbox.awaitCallbacks
            const joining = yield* take
            yield* Visitor.ask(origin, mona, `DELETE /rooms/Clinic/participants/${joined.sid}`)
            yield* sandbox.awaitCallbacks
            const leaving = yield* take
            const expected: ReadonlyArray<Told> = [
              ["joined", zoe.sid],
              ["left", joined.sid],
              ["left", zoe.sid],
              ["room-ended", undefined]
            ]
            assert.deepStrictEqual([joining, leaving].map(told), expected.slice(0, 2))
            return { expected, ids: [snapshot, joining, leaving].map(({ id }) => id) }
          })
        )
        yield* sandbox.leave("Clinic", expected[2]?.[1] ?? "")
        yield* sandbox.awaitCallbacks
        yield* sandbox.completeRoom("Clinic")
        yield* sandbox.awaitCallbacks

        let last: string | undefined
        for (const [position, id] of ids.entries()) {
          const { all } = yield* events(id)
          const rest = yield* all
          assert.deepStrictEqual(rest.map(told), expected.slice(position))
          last = rest.at(-1)?.id
        }
        assert.strictEqual((yield* events(last)).status, 204)
        yield* Effect.promise(async () => {
          for await (const event of page) if (event.name !== "updated") shown.push(event)
        })
        assert.deepStrictEqual(
          shown.map(({ name }) => name),
          ["snapshot", ...expected.map(([name]) => name)]
        )
        const unknown = yield* Visitor.ask(origin, otto, "GET /rooms/Hall/events")
        assert.deepStrictEqual([unknown.status, unknown.body.error], [404, "no-such-room"])
      }).pipe(Effect.scoped)
    )
  )

  it.live("knows rooms without callbacks, and rooms that have ended", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const { mona } = yield* users
        const roster = Visitor.ask(origin, mona, "GET /rooms/Clinic/participants?maxAge=60")
        const readNow = Visitor.ask(origin, mona, "GET /rooms/Clinic/participants?maxAge=0")
        const before = yield* roster
        assert.deepStrictEqual([before.status, before.body.error], [404, "no-such-room"])
        const room = yield* Rooms.create({ uniqueName: "Clinic" })
        const joined = yield* sandbox.join("Clinic", "Zoe Zzyx")
        assert.deepStrictEqual(sids(yield* roster), [joined.sid])
        yield* Visitor.ask(origin, mona, `DELETE /rooms/Clinic/participants/${joined.sid}`)
        assert.deepStrictEqual(sids(yield* readNow), [])
        yield* sandbox.completeRoom("Clinic")
        const { body: after } = yield* readNow
        assert.deepStrictEqual([after.roomSid, after.participants], [room.sid, []])
        assert.isAtLeast(Date.parse(after.endedAt), room.dateCreated.epochMilliseconds)
      })
    )
  )

  it.live("accepts callbacks only from Twilio, in any order and repeatedly", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { joined, mona, room, sandbox } = yield* opening(origin)
        const present = Effect.map(Visitor.ask(origin, mona, "GET /rooms/Clinic/participants"), sids)
        const zoe = {
          AccountSid: accountSid,
          RoomName: "Clinic",
          RoomSid: room.sid,
          RoomStatus: "in-progress",
          RoomType: "group",
          StatusCallbackEvent: "participant-connected",
          ParticipantSid: `PA${"1".repeat(32)}`,
          ParticipantStatus: "connected",
          ParticipantIdentity: "Zoe Zzyx",
          Timestamp: new Date(Date.now() + 1000).toISOString(),
          SequenceNumber: "699"
        }
        assert.strictEqual((yield* Visitor.callback(origin, zoe, { authToken: "somebody else's" })).status, 403)
        assert.strictEqual(
          (yield* Visitor.callback(origin, zoe, { publicOrigin: "https://video.example.com" })).status,
          403
        )
        const unsigned = yield* Visitor.send(origin, "POST /twilio/callbacks", { body: new URLSearchParams(zoe) })
        assert.strictEqual(unsigned.status, 400)
        assert.deepStrictEqual(yield* present, [joined.sid])

        for (const _ of ["once", "and again"]) assert.strictEqual((yield* Visitor.callback(origin, zoe)).status, 204)
        assert.deepStrictEqual(yield* present, [joined.sid, zoe.ParticipantSid])
        const left = {
          ...zoe,
          StatusCallbackEvent: "participant-disconnected",
          ParticipantStatus: "disconnected",
          Timestamp: new Date(Date.now() + 2000).toISOString(),
          SequenceNumber: "700"
        }
        // Zoe joined before she left, whichever callback comes last.
        for (const happening of [left, zoe, { StatusCallbackEvent: "room-flooded" }]) {
          assert.strictEqual((yield* Visitor.callback(origin, happening)).status, 204)
        }
        assert.deepStrictEqual(yield* present, [joined.sid])

        // The room ends, so nobody is present, even without a callback per participant.
        yield* sandbox.completeRoom("Clinic")
        yield* sandbox.awaitCallbacks
        assert.deepStrictEqual(yield* present, [])
      })
    )
  )

  it.live("verifies callbacks with its public URL behind a proxy", () =>
    onHost(host, { PUBLIC_URL: "https://video.example.com" }, (origin) =>
      Effect.gen(function* () {
        const happening = {
          AccountSid: accountSid,
          RoomName: "Hall",
          RoomSid: `RM${"1".repeat(32)}`,
          RoomStatus: "in-progress",
          RoomType: "group",
          StatusCallbackEvent: "room-created",
          Timestamp: "2026-01-01T00:00:00.000Z",
          SequenceNumber: "0"
        }
        assert.strictEqual((yield* Visitor.callback(origin, happening)).status, 403)
        const publicOrigin = "https://video.example.com"
        assert.strictEqual((yield* Visitor.callback(origin, happening, { publicOrigin })).status, 204)
      })
    )
  )

  it.live("maps Twilio's errors to responses, and logs them", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* onHost(host, {}, (origin) =>
        Effect.gen(function* () {
          const read = "GET /rooms/Clinic/participants?maxAge=0"
          const { joined, mona, sandbox } = yield* opening(origin)
          const remove = Visitor.ask(origin, mona, `DELETE /rooms/Clinic/participants/${joined.sid}`)
          // A user waits, so the backend doesn't retry for minutes.
          yield* sandbox.setFaults([{ fault: { type: "status", status: 500 } }])
          yield* sandbox.clearRequests
          const down = yield* remove
          assert.deepStrictEqual([down.status, down.headers.get("retry-after")], [503, "1"])
          assert.strictEqual((yield* participantRequests).length, 3)
          for (const [fault, status, error, retryAfter] of [
            [{ type: "status", status: 503, retryAfter: 30 }, 503, "twilio-unavailable", "30"],
            [{ type: "status", status: 429, retryAfter: 40 }, 503, "busy", "40"],
            [{ type: "status", status: 403 }, 500, "misconfigured", null],
            [{ type: "reset" }, 502, "twilio-unreachable", null]
          ] as const) {
            yield* sandbox.setFaults([{ fault }])
            for (const response of [yield* remove, yield* Visitor.ask(origin, mona, read)]) {
              assert.deepStrictEqual(
                [response.status, response.body.error, response.headers.get("retry-after")],
                [status, error, retryAfter]
              )
            }
          }
          // What callbacks said is known all the same.
          const { body } = yield* Visitor.ask(origin, mona, "GET /rooms/Clinic/participants")
          assert.strictEqual(body.participants.length, 1)
        })
      )
      for (const reason of ["Unavailable", "RateLimited", "Forbidden", "TransportFailed"]) {
        assert.include(stdout + stderr, reason)
      }
      assert.include(stdout + stderr, "/v1/Rooms/{name}/Participants")
    })
  )

  it.live("responds 404 to unknown paths and 405 to other methods", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const { mona } = yield* users
        for (const [request, status, allow] of [
          ["GET /", 404, null],
          ["GET /rooms/Clinic", 404, null],
          ["GET /Rooms/Clinic/participants", 404, null],
          ["GET /rooms/%ff/participants", 404, null],
          ["GET /token", 405, "POST"],
          ["POST /rooms/Clinic/participants", 405, "GET"],
          ["GET /rooms/Clinic/participants/PA1", 405, "DELETE"],
          ["PROPFIND /rooms/Clinic/participants", 405, "GET"],
          ["POST /rooms/Clinic/events", 405, "GET"],
          ["GET /twilio/callbacks", 405, "POST"]
        ] as const) {
          const response = yield* Visitor.ask(origin, mona, request)
          assert.deepStrictEqual([request, response.status, response.headers.get("allow")], [request, status, allow])
          const error = status === 404 ? "no-such-path" : "no-such-method"
          if (!request.endsWith("callbacks")) assert.strictEqual(response.body.error, error)
        }
      })
    )
  )

  it.live("decodes a room's name once", () =>
    onHost(host, {}, (origin) =>
      Effect.gen(function* () {
        const names = ["Clinic %41/%2F;a?b#c+d é İ 😀", "😀".repeat(128)]
        const rooms = yield* Rooms.Rooms
        const bearer = yield* Visitor.session({
          id: "Mona Zzyx",
          rooms: Object.fromEntries(names.map((name) => [name, "moderator"]))
        })
        for (const uniqueName of names) {
          yield* rooms.create({ uniqueName })
          const path = `GET /rooms/${encodeURIComponent(uniqueName)}/participants`
          const { body, status } = yield* Visitor.ask(origin, bearer, path)
          assert.deepStrictEqual([status, body.participants], [200, []])
        }
      })
    )
  )

  it.live.each([
    ["SESSION_SECRET", ""],
    ["SESSION_SECRET", "short"],
    ["TWILIO_ACCOUNT_SID", ""],
    ["TWILIO_AUTH_TOKEN", ""]
  ] as const)("responds 500 if %s is %j, and logs the variable", ([name, value]: readonly [string, string]) =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* onHost(host, { [name]: value }, (origin) =>
        Effect.gen(function* () {
          const { mona } = yield* users
          for (const request of ["GET /rooms/Clinic/participants", "POST /twilio/callbacks", "POST /token"]) {
            const response = yield* Visitor.ask(origin, mona, request)
            assert.deepStrictEqual([request, response.status], [request, 500])
            assert.notInclude(JSON.stringify(response.body), name)
          }
        })
      )
      assert.match(stdout + stderr, new RegExp(`${name}|accountSid|authToken`, "u"))
      if (value !== "") assert.notInclude(stdout + stderr, value)
    })
  )
}

describe.each([Worker.host, DenoServer.host])("$name", { concurrent: true }, (host) => {
  stories(host)
})

/** A folder for the storage of Durable Objects. */
const disk = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "objects-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

describe("the Worker's Durable Objects", { concurrent: true }, () => {
  it.live("keep rooms and events when workerd restarts", () =>
    Effect.gen(function* () {
      const options = { disk: yield* disk }
      const before = yield* Effect.scoped(
        Effect.gen(function* () {
          const { origin } = yield* Worker.start(yield* environment(), options)
          const opened = yield* opening(origin)
          const snapshot = yield* Effect.flatMap(Visitor.events(origin, opened.mona, "Clinic"), ({ take }) => take)
          const zoe = yield* opened.sandbox.join("Clinic", "Zoe Zzyx")
          yield* opened.sandbox.awaitCallbacks
          return { ...opened, origin, snapshot, zoe }
        })
      )
      const { joined, mona, room, sandbox, snapshot, zoe } = before
      const { origin } = yield* Worker.start(yield* environment(), options)
      yield* sandbox.clearRequests
      const roster = Visitor.ask(origin, mona, "GET /rooms/Clinic/participants")
      assert.deepStrictEqual(sids(yield* roster), [joined.sid, zoe.sid])
      // Known from before: nothing was read.
      assert.deepStrictEqual(yield* sandbox.requests, [])

      const { take } = yield* Visitor.events(origin, mona, "Clinic", snapshot.id)
      const joining = yield* take
      assert.deepStrictEqual([joining.name, joining.data.participant.sid], ["joined", zoe.sid])
      const leaving = yield* Effect.forkChild(take)
      const left = {
        AccountSid: accountSid,
        RoomName: "Clinic",
        RoomSid: room.sid,
        RoomStatus: "in-progress",
        RoomType: "group",
        StatusCallbackEvent: "participant-disconnected",
        ParticipantSid: joined.sid,
        ParticipantStatus: "disconnected",
        ParticipantIdentity: "Alice Zzyx",
        Timestamp: new Date(Date.now() + 1000).toISOString()
      }
      assert.strictEqual((yield* Visitor.callback(origin, left)).status, 204)
      const { data, name } = yield* Fiber.join(leaving)
      assert.deepStrictEqual([name, data.participant.sid], ["left", joined.sid])
      assert.deepStrictEqual(sids(yield* roster), [zoe.sid])
    }).pipe(Effect.scoped, Effect.provide(Twilio))
  )

  it.live("learn on schedule of rooms without callbacks", () =>
    Effect.gen(function* () {
      const { text } = yield* Effect.orDie(Worker.bundleWithSchedule)
      const { origin } = yield* Worker.start(yield* environment(), { text })
      const { mona } = yield* users
      const sandbox = yield* Sandbox.Sandbox
      yield* Rooms.create({ uniqueName: "Clinic" })
      const zoe = yield* sandbox.join("Clinic", "Zoe Zzyx")
      assert.strictEqual((yield* Visitor.send(origin, "GET /scheduled")).body, "done")
      yield* sandbox.clearRequests
      const answer = yield* Visitor.ask(origin, mona, "GET /rooms/Clinic/participants")
      assert.deepStrictEqual([sids(answer), answer.body.freshness.doubts], [[zoe.sid], []])
      assert.deepStrictEqual(yield* sandbox.requests, [])
    }).pipe(Effect.scoped, Effect.provide(Twilio))
  )
})

describe("the Worker's files", () => {
  it.live("bundle without Node modules and flags, and stay small", () =>
    Effect.gen(function* () {
      const { metafile, text } = yield* Worker.bundle
      const contents = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
      const exports = Object.values(metafile.outputs).map(({ exports }) => exports)
      const held = contents.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)
      assert.include(held, "examples/worker/src/worker.ts")
      assert.deepStrictEqual(
        held.filter((file) => /\/http-api\/|\/FetchHttpClient|^node:|\/sandbox\//u.test(file)),
        []
      )
      // Not minified, as for `wrangler dev`.
      assert.isBelow(gzipSync(text).length, 160_000)
      const { compatibility_flags: flags, durable_objects: objects, migrations, triggers } = yield* Worker.settings
      assert.isUndefined(flags)
      assert.lengthOf(triggers.crons, 1)
      const classes = objects.bindings.map(({ class_name }) => class_name)
      assert.deepStrictEqual(
        migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes),
        classes
      )
      for (const name of classes) assert.include(exports.flat(), name)
    })
  )

  it.live("contain what `wrangler dev` needs to use the sandbox", () =>
    Effect.gen(function* () {
      const vars = yield* Worker.devVars
      assert.strictEqual(vars.TWILIO_VIDEO_BASE_URL, "http://127.0.0.1:4010")
      const { TWILIO_VIDEO_BASE_URL: _, SESSION_SECRET: key = "", ...credentials } = vars
      const { SESSION_SECRET: _secret, TWILIO_VIDEO_BASE_URL: _url, ...expected } = yield* environment()
      assert.deepStrictEqual(credentials, expected)
      const running = yield* Worker.host.start(yield* environment({ SESSION_SECRET: key }))
      const bearer = yield* Visitor.session({ id: "Mona", rooms: { Clinic: "moderator" } }, { key })
      assert.strictEqual((yield* Visitor.ask(running.origin, bearer, "GET /rooms/Clinic/participants")).status, 404)
    }).pipe(Effect.scoped, Effect.provide(Twilio))
  )
})

describe("the Deno server's files", () => {
  it.live("pass the type check of Deno", () =>
    Effect.gen(function* () {
      const { exit, stderr } = yield* DenoServer.check
      assert.deepStrictEqual([exit, stderr], [0, ""])
    })
  )

  it.live("stop on SIGTERM without an error", () =>
    Effect.gen(function* () {
      const { ended } = yield* Effect.scoped(Effect.flatMap(environment(), DenoServer.host.start))
      const { exit, stderr } = yield* Effect.promise(() => ended)
      assert.deepStrictEqual([exit, stderr], [0, ""])
    }).pipe(Effect.provide(Twilio))
  )

  it.live("stop on SIGTERM while a moderator reads events", () =>
    Effect.gen(function* () {
      const { ended, reader } = yield* Effect.scoped(
        Effect.gen(function* () {
          const { mona } = yield* users
          yield* Rooms.create({ uniqueName: "Clinic" })
          const running = yield* Effect.flatMap(environment(), DenoServer.host.start)
          const response = yield* Effect.promise(() =>
            fetch(`${running.origin}/rooms/Clinic/events`, { headers: { authorization: `Bearer ${mona}` } })
          )
          assert.strictEqual(response.status, 200)
          return { ...running, reader: response.body?.getReader() }
        })
      )
      const { exit, stderr } = yield* Effect.promise(() => ended)
      assert.deepStrictEqual([exit, stderr], [0, ""])
      // The reader hasn't left before.
      yield* Effect.promise(async () => reader?.cancel().catch(() => undefined))
    }).pipe(Effect.provide(Twilio))
  )

  it.live("permit only the hosts and variables in the README", () =>
    Effect.gen(function* () {
      const readme = yield* Effect.promise(() =>
        readFile(new URL("../../examples/deno-server/README.md", import.meta.url), "utf8")
      )
      const start = yield* DenoServer.task("start")
      for (const args of [start, yield* DenoServer.task("try")]) {
        const allowed = args.filter((arg) => arg.startsWith("--allow") || arg === "-A")
        assert.deepStrictEqual(
          allowed.map((arg) => arg.split("=")[0]),
          ["--allow-net", "--allow-env"]
        )
        for (const permission of allowed) {
          assert.include(permission, "=")
          assert.include(readme, permission)
        }
      }
      assert.include(start, "--allow-net=127.0.0.1:8787,video.twilio.com")
    })
  )
})
