/**
 * Who is in a room now: from Twilio's status callbacks, and from lists that correct what callbacks got wrong.
 *
 * Callbacks arrive late, twice, in any order or never; a list is only true when it's read, and costs quota. A roster folds
 * both into one state per room, says how fresh it is, and reads the most doubtful rooms again.
 *
 * @since 0.1.0
 */
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Doubt from "./internal/Doubt.ts"
import * as Membership from "./internal/Membership.ts"
import * as Reading from "./internal/Reading.ts"
import * as Reconciliation from "./internal/Reconciliation.ts"
import * as View from "./internal/View.ts"
import type * as RoomState from "./RoomState.ts"
import * as RosterChange from "./RosterChange.ts"
import * as RosterFact from "./RosterFact.ts"
import * as RosterMemory from "./RosterMemory.ts"
import * as RosterStore from "./RosterStore.ts"
export {
  /**
   * The store can't be reached, or can't do what was asked.
   *
   * @category errors
   * @since 0.1.0
   */
  RosterUnavailable
} from "./RosterStore.ts"

/**
 * No callback of this room was received, and Twilio has no such room in progress. The message doesn't contain its name.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownRoom extends Data.TaggedError("UnknownRoom")<{ readonly message: string }> {}

/**
 * How far a room's state can be trusted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Freshness {
  /** When a list was read last. `None` if none was. */
  readonly verifiedAt: Option.Option<DateTime.Utc>
  /** The time since then: infinite if none was read, and zero if the room has ended. */
  readonly age: Duration.Duration
  /** The time of the latest callback. */
  readonly calledBackAt: Option.Option<DateTime.Utc>
  /**
   * Why the state may be wrong:
   *
   * - `unverified`: no list was read, and the room's creation wasn't reported
   * - `gap`: a sequence number is missing, so a callback may be
   * - `contradiction`: callbacks contradict each other, or the latest list
   * - `silence`: neither a callback nor a list for 10 minutes
   */
  readonly doubts: ReadonlyArray<"unverified" | "gap" | "contradiction" | "silence">
}

/**
 * Who is in a room.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomRoster {
  readonly roomSid: Sid.RoomSid
  /** The room's unique name, or its SID if it has none. */
  readonly roomName: string
  /** When the room ended. `None` while it's in progress. */
  readonly endedAt: Option.Option<DateTime.Utc>
  /** In the order in which they joined. */
  readonly participants: ReadonlyArray<RosterChange.Participant>
  readonly freshness: Freshness
  /** The number of changes in the room so far. */
  readonly position: number
}

/**
 * What a reader gets next: the room as it is, or the changes since.
 *
 * @category models
 * @since 0.1.0
 */
export type Update =
  | { readonly _tag: "Snapshot"; readonly stored: RosterStore.StoredRoom }
  | { readonly _tag: "Changes"; readonly changes: ReadonlyArray<RosterStore.LoggedChange> }

/**
 * How fresh a reader wants the answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadOptions {
  /** If the state is older, the room is read from Twilio first. Default: the state is returned as it is. */
  readonly maxAge?: Duration.Input | undefined
}

/**
 * What reading a room may fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadError = UnknownRoom | TwilioError.TwilioError | RosterStore.RosterUnavailable

/**
 * The operations of a roster. `room` is a SID or a unique name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** See {@link record}. */
  readonly record: (
    event: StatusCallbackEvent.StatusCallbackEvent
  ) => Effect.Effect<void, RosterStore.RosterUnavailable>
  /** See {@link participants}. */
  readonly participants: (room: string, options?: ReadOptions) => Effect.Effect<RoomRoster, ReadError>
  /** See {@link readTracks}. */
  readonly readTracks: (
    room: string,
    participantSid: string
  ) => Effect.Effect<Option.Option<RosterChange.Participant>, ReadError>
  /** See {@link reconcile}. */
  readonly reconcile: Effect.Effect<number, TwilioError.TwilioError | RosterStore.RosterUnavailable>
  /** The SID of a room. Reads a room of which nothing is known from Twilio. */
  readonly resolve: (room: string) => Effect.Effect<string, ReadError>
  /** See `RosterStore.Service`. */
  readonly epoch: (() => string) | undefined
  /**
   * Waits for what comes after a position. Without a position, and if the changes after it aren't kept any more, it's a
   * snapshot.
   */
  readonly next: (roomSid: string, after?: number) => Effect.Effect<Update, UnknownRoom | RosterStore.RosterUnavailable>
}

/**
 * The service of a roster.
 *
 * @category services
 * @since 0.1.0
 */
export class Roster extends Context.Service<Roster, Service>()("@effect-twilio-video/roster/Roster") {}

/**
 * The options of a roster.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** `omitted` keeps participants' SIDs only. Names of rooms and tracks are always kept. Default: `kept`. */
  readonly identities?: "kept" | "omitted" | undefined
  /** How long rooms are kept after they end: their logs contain identities. Default: 1 hour. */
  readonly retention?: Duration.Input | undefined
}

/**
 * The options of a roster that reads lists.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReconcileOptions extends Options {
  /**
   * How old a state may be before its room is read again, if the quota allows it. Each doubt (a gap, a
   * contradiction) counts as 30 seconds of age, but no room is read again within a quarter of the interval. Default: 30
   * seconds.
   */
  readonly interval?: Duration.Input | undefined
  /** The share of the account's quota for these reads. Default: 0.25. */
  readonly share?: number | undefined
}

const unknownRoom = () =>
  new UnknownRoom({
    message: "No callback of this room was received, and Twilio has no such room in progress. Check its name or SID."
  })

const onlyCallbacks = () =>
  new RosterStore.RosterUnavailable({
    message: "This roster has only callbacks. Provide Roster.layer to read rooms from Twilio."
  })

const silentAfter = Duration.toMillis(Duration.minutes(10))

const dateOf = (millis: number | undefined): Option.Option<DateTime.Utc> =>
  millis === undefined || millis === Membership.never ? Option.none() : Option.some(DateTime.makeUnsafe(millis))

/** @internal */
export const freshnessOf = ({ ended, heard, verified, ...state }: RoomState.RoomState, now: number): Freshness => {
  const age = ended !== undefined ? 0 : verified === Membership.never ? Infinity : Math.max(0, now - verified)
  const isSilent = ended === undefined && now - Math.max(heard, verified) > silentAfter
  return {
    verifiedAt: dateOf(verified),
    age: Duration.millis(age),
    calledBackAt: dateOf(heard),
    doubts: [...Doubt.reasons({ ended, heard, verified, ...state }), ...(isSilent ? (["silence"] as const) : [])]
  }
}

const rosterOf = ({ position, state }: RosterStore.StoredRoom, now: number): RoomRoster => ({
  roomSid: state.sid as Sid.RoomSid,
  roomName: state.name,
  endedAt: dateOf(state.ended),
  participants: View.participants(state).map(RosterChange.participantOf),
  freshness: freshnessOf(state, now),
  position
})

interface Reads extends Reading.Reading {
  readonly reconcile: Service["reconcile"]
}

const onNotFound = <A>(read: Effect.Effect<A, Reading.ReadError>): Effect.Effect<A, ReadError> =>
  Effect.catchTag(read, "NotFound", () => Effect.fail(unknownRoom()))

const retentionOf = ({ retention = Duration.hours(1) }: Options): Duration.Duration =>
  Duration.fromInputUnsafe(retention)

/** Drops rooms that are over, once a minute. A callback that's stored doesn't fail with it. */
const dropping = (store: RosterStore.Service, retention: number) => {
  let dropAt = 0
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (now < dropAt) return
    dropAt = now + 60_000
    yield* store
      .drop(now - retention)
      .pipe(
        Effect.catch(({ message }) =>
          Effect.logWarning(`Rooms that ended can't be dropped from the roster. ${message}`)
        )
      )
  })
}

/** Only the room's record was read, and it's in progress. */
const isNew = ({ ended, heard, verified }: RoomState.RoomState): boolean =>
  ended === undefined && heard === Membership.never && verified === Membership.never

const inRoom = ({ name, sid }: RoomState.RoomState): RosterFact.InRoom => ({ roomSid: sid, roomName: name })

const find = Effect.fnUntraced(function* (store: RosterStore.Service, roomSid: string) {
  const stored = yield* store.read(roomSid)
  return stored === undefined ? yield* unknownRoom() : stored
})

/** Finds the SID of a room. Reads a room of which nothing is known. */
const resolving = (store: RosterStore.Service, reads: Reads | undefined) =>
  Effect.fnUntraced(function* (room: string) {
    const sid = Sid.isRoomSid(room)
      ? (yield* store.read(room)) === undefined
        ? undefined
        : room
      : yield* store.find(room)
    if (sid !== undefined) return sid
    if (reads === undefined) return yield* unknownRoom()
    const { roomSid } = yield* onNotFound(reads.room(room))
    const { state } = yield* find(store, roomSid)
    if (isNew(state)) yield* onNotFound(reads.participants(inRoom(state)))
    return roomSid
  })

/** Also if it was verified later than now: a clock was wrong. */
const isOlder = ({ ended, verified }: RoomState.RoomState, now: number, { maxAge }: ReadOptions): boolean =>
  maxAge !== undefined && ended === undefined && Math.abs(now - verified) > Duration.toMillis(maxAge)

/** The room in progress with this name, if the one that's known has ended. Twilio may have a newer one. */
const newerRoom = Effect.fnUntraced(function* (
  store: RosterStore.Service,
  reads: Reads,
  stored: RosterStore.StoredRoom,
  room: string
) {
  if (stored.state.ended === undefined || room === stored.state.sid) return stored
  return yield* reads.room(room).pipe(
    Effect.flatMap(({ roomSid }) => find(store, roomSid)),
    Effect.catchTag(["NotFound", "UnknownRoom"], () => Effect.succeed(stored))
  )
})

const serviceOf = (store: RosterStore.Service, reads: Reads | undefined, options: Options): Service => {
  const resolve = resolving(store, reads)
  const drop = dropping(store, Duration.toMillis(retentionOf(options)))
  const next = Effect.fnUntraced(function* (
    roomSid: string,
    after?: number
  ): Effect.fn.Return<Update, UnknownRoom | RosterStore.RosterUnavailable> {
    for (;;) {
      const changes = after === undefined ? undefined : yield* store.changes(roomSid, after)
      if (changes === undefined) return { _tag: "Snapshot", stored: yield* find(store, roomSid) }
      if (after === undefined || changes.length > 0) return { _tag: "Changes", changes }
      yield* store.wait(roomSid, after)
    }
  })
  return {
    epoch: store.epoch,
    resolve,
    next,
    reconcile: reads === undefined ? Effect.suspend(() => Effect.fail(onlyCallbacks())) : reads.reconcile,
    record: Effect.fnUntraced(function* (event) {
      const fact = RosterFact.fromCallback(event)
      if (Option.isSome(fact)) yield* store.apply(fact.value, [fact.value])
      yield* drop
    }),
    participants: Effect.fnUntraced(function* (room, options = {}) {
      const known = yield* find(store, yield* resolve(room))
      const asks = reads !== undefined && options.maxAge !== undefined
      const stored = asks ? yield* newerRoom(store, reads, known, room) : known
      const now = yield* Clock.currentTimeMillis
      const isStale = isOlder(stored.state, now, options) || (reads !== undefined && isNew(stored.state))
      if (!isStale) return rosterOf(stored, now)
      if (reads === undefined) return yield* onlyCallbacks()
      const read = yield* onNotFound(reads.participants(inRoom(stored.state)))
      return rosterOf(read, yield* Clock.currentTimeMillis)
    }),
    readTracks: Effect.fnUntraced(function* (room, participantSid) {
      if (reads === undefined) return yield* onlyCallbacks()
      const { state } = yield* find(store, yield* resolve(room))
      const { state: read } = yield* onNotFound(reads.tracks(inRoom(state), participantSid))
      const participant = View.participants(read).find(({ sid }) => sid === participantSid)
      return participant === undefined ? Option.none() : Option.some(RosterChange.participantOf(participant))
    })
  }
}

const omitting = (store: RosterStore.Service): RosterStore.Service => ({
  ...store,
  apply: (room, facts) => store.apply(room, facts.map(RosterFact.withoutIdentities))
})

const storeOf = ({ identities }: Options) =>
  Effect.map(RosterStore.RosterStore, (store) => (identities === "omitted" ? omitting(store) : store))

/** Joins a read of the same room that's under way. */
const sharing = (scope: Scope.Scope, read: Reading.Reading["participants"]): Reading.Reading["participants"] => {
  const pending = new Map<string, Fiber.Fiber<RosterStore.StoredRoom, Reading.ReadError>>()
  return (room) =>
    Effect.gen(function* () {
      const running = pending.get(room.roomSid)
      if (running !== undefined) return yield* Fiber.join(running)
      const fiber = yield* Effect.forkIn(read(room), scope)
      pending.set(room.roomSid, fiber)
      fiber.addObserver(() => pending.delete(room.roomSid))
      return yield* Fiber.join(fiber)
    })
}

const readsOf = Effect.fnUntraced(function* (store: RosterStore.Service, options: ReconcileOptions) {
  const reading = yield* Reading.make(store)
  const settings: Reconciliation.Options = {
    interval: Duration.fromInputUnsafe(options.interval ?? Duration.seconds(30)),
    retention: retentionOf(options),
    share: options.share ?? 0.25
  }
  return { reading, settings }
})

/** Lets an erasure that the roster is provided to forget identities here too. */
const forgetting = () =>
  IdentityStore.layer(
    Effect.map(RosterStore.RosterStore, ({ forget }) => ({
      name: "roster",
      forget: (identities) =>
        Effect.mapError(forget(identities), ({ message }) => new IdentityStore.CannotForget({ message }))
    }))
  )

/** Provides the store of the context, or else a new one in memory. */
const withStore = <A, R>(
  roster: Layer.Layer<A, never, R>
): Layer.Layer<A, never, Exclude<R, RosterStore.RosterStore>> =>
  Layer.provide(
    roster,
    Layer.unwrap(
      Effect.map(
        Effect.serviceOption(RosterStore.RosterStore),
        Option.match({
          onNone: () => Layer.fresh(RosterMemory.layer),
          onSome: (store) => Layer.succeed(RosterStore.RosterStore, store)
        })
      )
    )
  )

/**
 * A roster that is fed by callbacks only. It keeps rooms in memory, unless it's provided with another store.
 *
 * @example
 * ```ts
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const event = yield* StatusCallback.decode({
 *     AccountSid: "AC0123456789abcdef0123456789abcdef",
 *     RoomName: "Clinic",
 *     RoomSid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *     RoomStatus: "in-progress",
 *     RoomType: "group",
 *     ParticipantSid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293",
 *     ParticipantStatus: "connected",
 *     ParticipantIdentity: "Zoe",
 *     StatusCallbackEvent: "participant-connected",
 *     Timestamp: new Date().toISOString()
 *   })
 *   yield* Roster.record(event)
 *   const { freshness, participants } = yield* Roster.participants("Clinic")
 *   return { sids: participants.map(({ sid }) => sid), doubts: freshness.doubts.slice(0, 1) }
 * })
 *
 * const RosterLive = Roster.layerCallbacks()
 * await program.pipe(Effect.provide(RosterLive), Effect.runPromise)
 * // => { sids: ["PA8a1b0c4be07f8a6b2c3d4e5f60718293"], doubts: ["unverified"] }
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerCallbacks = (options: Options = {}): Layer.Layer<Roster> =>
  Layer.effect(
    Roster,
    Effect.map(storeOf(options), (store) => serviceOf(store, undefined, options))
  ).pipe(Layer.merge(forgetting()), withStore)

/**
 * What a roster reads from Twilio with.
 *
 * @category models
 * @since 0.1.0
 */
export type Requirements = Participants.Participants | PublishedTracks.PublishedTracks | Rooms.Rooms

/**
 * A roster that is fed by callbacks, reads rooms from Twilio when a reader asks, and reads the doubtful ones when
 * {@link reconcile} is run. For runtimes without background work, such as Workers. It keeps rooms in memory, unless it's
 * provided with another store.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOnDemand = (options: ReconcileOptions = {}): Layer.Layer<Roster, never, Requirements> =>
  Layer.effect(
    Roster,
    Effect.gen(function* () {
      const store = yield* storeOf(options)
      const { reading, settings } = yield* readsOf(store, options)
      return serviceOf(store, { ...reading, reconcile: Reconciliation.once(store, reading, settings) }, options)
    })
  ).pipe(Layer.merge(forgetting()), withStore)

/**
 * A roster that is fed by callbacks, and reads the most doubtful rooms from Twilio in the background, within a share of the
 * account's quota. It keeps rooms in memory, unless it's provided with another store.
 *
 * @example
 * ```ts
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as Layer from "effect/Layer"
 *
 * const RosterLive = Roster.layer({ interval: "1 minute", share: 0.1 }).pipe(
 *   Layer.provide(TwilioVideo.layerFetchConfig())
 * )
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: ReconcileOptions = {}): Layer.Layer<Roster, never, Requirements> =>
  Layer.effect(
    Roster,
    Effect.gen(function* () {
      const store = yield* storeOf(options)
      const { reading, settings } = yield* readsOf(store, options)
      const shared = { ...reading, participants: sharing(yield* Effect.scope, reading.participants) }
      yield* Effect.forkScoped(Reconciliation.run(store, shared, settings))
      return serviceOf(store, { ...shared, reconcile: Reconciliation.once(store, shared, settings) }, options)
    })
  ).pipe(Layer.merge(forgetting()), withStore)

/**
 * Adds a callback to the roster. Pass it to `StatusCallbackHandler` or `StatusCallbackRoute` as `onEvent`. Callbacks may
 * arrive in any order and repeatedly. If it fails, the response to Twilio is 500, and the callback may come again.
 *
 * @example
 * ```ts
 * import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 *
 * const receive = (request: Request) =>
 *   StatusCallbackHandler.handle(request, Roster.record, { url: "https://example.com/video-events" })
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const record = (
  event: StatusCallbackEvent.StatusCallbackEvent
): Effect.Effect<void, RosterStore.RosterUnavailable, Roster> => Roster.use((roster) => roster.record(event))

/**
 * Who is in a room, since when, and how fresh the answer is.
 *
 * With `maxAge`, a state that's older is read from Twilio first. In {@link layer}, callers who ask at the same time share a
 * read.
 *
 * @example
 * ```ts
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Option from "effect/Option"
 *
 * const program = Effect.gen(function* () {
 *   const { participants } = yield* Roster.participants("DailyStandup", { maxAge: "10 seconds" })
 *   return participants.map(({ identity, status }) => `${Option.getOrNull(identity)}: ${status}`)
 * })
 *
 * const RosterLive = Roster.layerOnDemand().pipe(Layer.provide(Sandbox.layer()))
 * await program.pipe(Effect.provide(RosterLive), Effect.runPromise)
 * // => ["Alice: connected", "Bob: connected", "Carl: reconnecting", "Erin: connected"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const participants = (room: string, options?: ReadOptions): Effect.Effect<RoomRoster, ReadError, Roster> =>
  Roster.use((roster) => roster.participants(room, options))

/**
 * Reads the tracks that a participant publishes. `None` if the participant isn't in the room.
 *
 * @example
 * ```ts
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Option from "effect/Option"
 *
 * const program = Effect.gen(function* () {
 *   const { participants } = yield* Roster.participants("DailyStandup", { maxAge: "10 seconds" })
 *   const bob = participants.find(({ identity }) => Option.contains(identity, "Bob"))
 *   if (bob === undefined) return []
 *   const read = yield* Roster.readTracks("DailyStandup", bob.sid)
 *   return Option.match(read, {
 *     onNone: () => [],
 *     onSome: ({ tracks }) => tracks.map(({ name }) => Option.getOrNull(name))
 *   })
 * })
 *
 * const RosterLive = Roster.layerOnDemand().pipe(Layer.provide(Sandbox.layer()))
 * const names = await program.pipe(Effect.provide(RosterLive), Effect.runPromise)
 * names.toSorted() // => ["bob-audio", "bob-cam", "screen"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const readTracks = (
  room: string,
  participantSid: string
): Effect.Effect<Option.Option<RosterChange.Participant>, ReadError, Roster> =>
  Roster.use((roster) => roster.readTracks(room, participantSid))

/**
 * Finds rooms in progress of which nothing is known, and reads the rooms that are due, the most doubtful first. Returns how
 * many were read. `Roster.layer` does this in the background.
 *
 * @example
 * ```ts
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const RosterLive = Roster.layerOnDemand().pipe(Layer.provide(Sandbox.layer()))
 * await Roster.reconcile.pipe(Effect.provide(RosterLive), Effect.runPromise) // => 2
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const reconcile: Effect.Effect<number, TwilioError.TwilioError | RosterStore.RosterUnavailable, Roster> =
  Roster.use((roster) => roster.reconcile)

/** Reads on from a position. A snapshot in between becomes the changes that lead to it. */
const changesFrom = (roster: Service, roomSid: string) => {
  let seen: ReadonlyArray<View.Participant> = []
  let position: number | undefined
  let isOver = false
  return Effect.gen(function* () {
    if (isOver) return yield* Cause.done()
    const update = yield* roster.next(roomSid, position)
    const changes =
      update._tag === "Changes" ? update.changes.map(({ change }) => change) : View.changesTo(seen, update.stored.state)
    position = update._tag === "Changes" ? update.changes.at(-1)?.position : update.stored.position
    seen = update._tag === "Changes" ? changes.reduce(View.withChange, seen) : View.participants(update.stored.state)
    isOver = changes.some(({ _tag }) => _tag === "RoomEnded")
    return changes.map(RosterChange.fromStored)
  })
}

/**
 * The changes in a room, each once: first a `Joined` for everyone who is there, with their tracks; last `RoomEnded`. A
 * reader who is too slow for the log misses nothing: what happened meanwhile becomes the changes that lead to the state now,
 * so somebody who came and went in between isn't mentioned.
 *
 * @example
 * ```ts
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function* () {
 *   yield* Roster.reconcile
 *   const changes = Roster.changes("DailyStandup").pipe(Stream.map(({ _tag }) => _tag))
 *   return yield* changes.pipe(Stream.take(4), Stream.runCollect)
 * })
 *
 * const RosterLive = Roster.layerOnDemand().pipe(Layer.provide(Sandbox.layer()))
 * await program.pipe(Effect.provide(RosterLive), Effect.runPromise) // => ["Joined", "Joined", "Joined", "Reconnecting"]
 * ```
 * @category streams
 * @since 0.1.0
 */
export const changes = (room: string): Stream.Stream<RosterChange.RosterChange, ReadError, Roster> =>
  Stream.unwrap(
    Roster.use((roster) =>
      Effect.map(roster.resolve(room), (roomSid) =>
        Stream.flattenIterable(
          Stream.fromPull(Effect.succeed(Effect.map(changesFrom(roster, roomSid), (changes) => [changes] as const)))
        )
      )
    )
  )
