/**
 * Reads the most doubtful rooms again and again, in the background.
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as RosterFact from "../RosterFact.ts"
import type * as RosterStore from "../RosterStore.ts"
import * as Membership from "./Membership.ts"
import type * as Reading from "./Reading.ts"

export interface Options {
  /** How old a state may be before its room is read again. */
  readonly interval: Duration.Duration
  /** The share of the account's quota. */
  readonly share: number
  /** How long rooms are kept after they end. */
  readonly retention: Duration.Duration
}

/** How many rooms are claimed and read at the same time. */
const concurrency = 8

const pause = Duration.seconds(1)

/** A room whose state is doubtful is read sooner, but not at once: callbacks that are late may still arrive. */
const soonest = (interval: number): number => interval / 4

type Unfound = Exclude<Reading.ReadError, NotFound.NotFound>

const notFound =
  "Twilio doesn't find a room that it sent callbacks for. Check that the credentials are of the account of the callbacks."

const nameOf = (cause: Cause.Cause<Unfound>): string =>
  cause.reasons
    .map((reason) => (reason._tag === "Fail" ? `${reason.error._tag}: ${reason.error.message}` : reason._tag))
    .join(" ")

/** Reads the rooms that are due, those of the lowest rank first. Returns how many. */
export const readDue = <E>(
  store: RosterStore.Service,
  read: (room: RosterFact.InRoom) => Effect.Effect<unknown, E>,
  { interval, share }: Options
): Effect.Effect<number, E | RosterStore.RosterUnavailable> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const millis = Duration.toMillis(interval)
    const rooms = yield* store.claim({
      now,
      rank: now - millis,
      // Rooms of which no list was read are always due.
      verified: Math.max(Membership.never, now - soonest(millis)),
      until: now + soonest(millis),
      limit: concurrency
    })
    yield* Effect.forEach(rooms, read, { concurrency, discard: true })
    return rooms.length
  }).pipe(Quota.withShare(share))

/** Logs the first failure of an outage, and its end: when requests succeeded and none failed for an interval. */
const outages = () => {
  let isFailing = false
  let failed = false
  let succeeded = false
  return {
    succeed: Effect.sync(() => {
      succeeded = true
    }),
    catchAll: <A, B>(effect: Effect.Effect<A, Unfound>, otherwise: B): Effect.Effect<A | B> =>
      Effect.catchCause(effect, (cause) => {
        if (Cause.hasInterrupts(cause)) return Effect.interrupt
        failed = true
        if (isFailing) return Effect.succeed(otherwise)
        isFailing = true
        return Effect.as(
          Effect.logWarning(`The roster can't read rooms from Twilio, and goes on trying. ${nameOf(cause)}`),
          otherwise
        )
      }),
    endInterval: Effect.suspend(() => {
      const isOver = isFailing && succeeded && !failed
      failed = false
      succeeded = false
      if (!isOver) return Effect.void
      isFailing = false
      return Effect.logInfo("The roster reads rooms from Twilio again.")
    })
  }
}

const maxWarned = 1000

/** Warns once of each room that Twilio doesn't find: other rooms are read all the same. */
const warning = (reading: Reading.Reading) => {
  const warned = new Set<string>()
  return (room: RosterFact.InRoom): Effect.Effect<unknown, Unfound> =>
    Effect.catchTag(reading.participants(room), "NotFound", () => {
      if (warned.has(room.roomSid) || warned.size === maxWarned) return Effect.void
      warned.add(room.roomSid)
      return Effect.annotateLogs(Effect.logWarning(notFound), { roomSid: room.roomSid })
    })
}

/** Once in each interval, in one process. */
const discover = (store: RosterStore.Service, reading: Reading.Reading, { interval, retention, share }: Options) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (!(yield* store.lease("rooms", now, now + Duration.toMillis(interval)))) return
    yield* store.drop(now - Duration.toMillis(retention))
    yield* reading.rooms
  }).pipe(Quota.withShare(share))

/** Finds new rooms, and reads the rooms that are due, for at most the interval. */
export const once = (
  store: RosterStore.Service,
  reading: Reading.Reading,
  options: Options
): Effect.Effect<number, TwilioError.TwilioError | RosterStore.RosterUnavailable> =>
  Effect.gen(function* () {
    const read = warning(reading)
    const until = (yield* Clock.currentTimeMillis) + Duration.toMillis(options.interval)
    yield* discover(store, reading, options)
    let total = 0
    let count: number
    do {
      count = yield* readDue(store, read, options)
      total += count
    } while (count > 0 && (yield* Clock.currentTimeMillis) < until)
    return total
  })

/** Runs until it's interrupted. Rooms are also read while it takes long to find others. */
export const run = (store: RosterStore.Service, reading: Reading.Reading, options: Options): Effect.Effect<never> => {
  const { catchAll, endInterval, succeed } = outages()
  const watched: Reading.Reading = {
    ...reading,
    rooms: Effect.tap(reading.rooms, succeed),
    participants: (room) => Effect.tap(reading.participants(room), succeed)
  }
  const read = warning(watched)
  const finding = Effect.gen(function* () {
    yield* catchAll(discover(store, watched, options), undefined)
    yield* Effect.sleep(Duration.max(options.interval, pause))
    yield* endInterval
  })
  const due = readDue(store, (room) => catchAll(read(room), undefined), options)
  const correcting = Effect.gen(function* () {
    const count = yield* catchAll(due, 0)
    if (count < concurrency) yield* Effect.sleep(pause)
  })
  const both = [Effect.forever(finding), Effect.forever(correcting)] as const
  return Effect.map(Effect.all(both, { concurrency: "unbounded" }), ([never]) => never)
}
