/**
 * Seeds an empty engine with a scenario: applies its events, and the timeouts between them, in the order of their
 * times.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import * as Participants from "./Participants.ts"
import type { ParticipantRecord, RoomRecord } from "./Records.ts"
import * as RoomDeadlines from "./RoomDeadlines.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as Rooms from "./Rooms.ts"
import * as RoomSettings from "./RoomSettings.ts"
import * as ScenarioTimes from "./ScenarioTimes.ts"
import * as Timeouts from "./Timeouts.ts"
import * as Tracks from "./Tracks.ts"

type Applied<A> = Result.Result<A, SandboxError.SandboxError>

interface Event {
  /** Milliseconds before now. A fraction of one only orders events. */
  readonly ago: number
  /** The event's place in the scenario, for error messages. */
  readonly where: string
  readonly apply: () => Applied<unknown>
}

/** Set by the event that makes the record, for later events. */
interface Slot<A> {
  record: A | undefined
}

const withRecord = <A, B>({ record }: Slot<A>, apply: (record: A) => Applied<B>): Applied<B> =>
  record === undefined ? SandboxError.fail("invalid-scenario") : apply(record)

/** Explains why a room that the scenario still uses has ended, and how to change the scenario. */
const endOf = ({ created, ended, participants, settings }: RoomRecord): string => {
  if (ended === created + RoomDeadlines.maximumRoomAge) return "It ended when it was 24 hours old."
  const [reason, name] =
    participants.length === 0
      ? (["nobody joined", "unusedRoomTimeout"] as const)
      : (["it was empty", "emptyRoomTimeout"] as const)
  const timeout = Duration.format(Duration.millis(settings[name]))
  return `It ended because ${reason} for ${timeout}. Set a longer ${name}, or change the times.`
}

/** Applies to the room. If the room has ended, the error explains why. */
const withRoom = <A>(slot: Slot<RoomRecord>, apply: (room: RoomRecord) => Applied<A>): Applied<A> =>
  withRecord(slot, (room) =>
    Result.mapError(apply(room), (error) =>
      error.problem === "room-completed" ? SandboxError.make(error.problem, endOf(room)) : error
    )
  )

const setRules = (
  engine: RoomEngine,
  participant: ParticipantRecord,
  rules: ReadonlyArray<SubscribeRule.SubscribeRule>
): Applied<void> =>
  Result.mapBoth(SubscribeRule.check(rules), {
    onSuccess: (rules) => Participants.setRules(engine, participant, rules),
    onFailure: (problem) => SandboxError.make("invalid-scenario", `A list of rules ${problem}.`)
  })

const participantEvents = (
  engine: RoomEngine,
  room: Slot<RoomRecord>,
  person: Scenario.ScenarioParticipant,
  where: string
): ReadonlyArray<Event> => {
  const { automaticSubscription, identity, joinedAgo = 0, leftAgo, reconnecting, rules, tracks = [] } = person
  const joined: Slot<ParticipantRecord> = { record: undefined }
  const join = () =>
    withRoom(room, (room) =>
      Result.flatMap(Participants.join(engine, room, identity, automaticSubscription), (participant) => {
        joined.record = participant
        return rules === undefined ? Result.void : setRules(engine, participant, rules)
      })
    )
  const events: Array<Event> = [{ ago: Duration.toMillis(joinedAgo), where, apply: join }]
  for (const [index, { publishedAgo = joinedAgo, ...publication }] of tracks.entries()) {
    events.push({
      ago: Duration.toMillis(publishedAgo),
      where: `${where}.tracks[${index}]`,
      apply: () => withRecord(joined, (participant) => Tracks.publish(engine, participant, publication))
    })
  }
  if (reconnecting === true) {
    const apply = () => withRecord(joined, (participant) => Participants.loseConnection(engine, participant))
    events.push({ ago: 0, where, apply })
  }
  if (leftAgo !== undefined) {
    const apply = () => withRecord(joined, (participant) => Rooms.leave(engine, participant))
    events.push({ ago: Duration.toMillis(leftAgo), where, apply })
  }
  return events
}

const roomEvents = (engine: RoomEngine, room: Scenario.ScenarioRoom, where: string): ReadonlyArray<Event> => {
  const { completedAgo, openedAgo = 0, participants = [], uniqueName } = room
  const opened: Slot<RoomRecord> = { record: undefined }
  const open = () =>
    Result.flatMap(RoomSettings.ofControl(room), (settings) =>
      Result.map(Rooms.open(engine, uniqueName, settings), (record) => {
        opened.record = record
      })
    )
  let ago = Duration.toMillis(openedAgo)
  for (const { joinedAgo = 0 } of participants) ago = Math.max(ago, Duration.toMillis(joinedAgo))
  const events: Array<Event> = [{ ago, where, apply: open }]
  for (const [index, person] of participants.entries()) {
    for (const event of participantEvents(engine, opened, person, `${where}.participants[${index}]`)) {
      events.push(event)
    }
  }
  if (completedAgo !== undefined) {
    const apply = () => withRoom(opened, (record) => Rooms.complete(engine, record))
    events.push({ ago: Duration.toMillis(completedAgo), where, apply })
  }
  return events
}

export const seed = (engine: RoomEngine, scenario: Scenario.Scenario, now: number): Applied<void> => {
  const times = ScenarioTimes.check(scenario)
  if (Result.isFailure(times)) return times
  const events = scenario.rooms.flatMap((room, index) => roomEvents(engine, room, `rooms[${index}]`))
  // The sort is stable: events at the same time happen in the order in which they are written.
  events.sort((a, b) => b.ago - a.ago)
  for (const event of events) {
    Timeouts.advance(engine, now - Math.round(event.ago))
    const applied = event.apply()
    if (Result.isFailure(applied)) return Result.fail(SandboxError.at(event.where, applied.failure))
  }
  Timeouts.advance(engine, now)
  return Result.void
}
