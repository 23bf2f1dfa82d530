/**
 * Plays a scenario on an engine that has nothing yet: what the scenario says and what becomes due meanwhile, in the
 * order in which it happened. Holds no state.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import type { ParticipantRecord, RoomRecord } from "./Records.ts"
import * as RoomSettings from "./RoomSettings.ts"
import * as ScenarioTimes from "./ScenarioTimes.ts"
import type { Outcome, RoomEngine } from "./RoomEngine.ts"
import * as Timeouts from "./Timeouts.ts"

interface Event {
  readonly at: number
  /** The part of the scenario that says it. */
  readonly where: string
  readonly happen: () => Outcome<unknown>
}

/** The record of something that happened before, unless it could not. */
const after = <A, B>(record: A | undefined, happen: (record: A) => Outcome<B>): Outcome<B> =>
  record === undefined ? Result.fail(SandboxError.make("invalid-scenario")) : happen(record)

/** Why the sandbox has ended a room that the scenario goes on with, and what to write instead. */
const endOf = ({ created, ended, participants, settings }: RoomRecord): string => {
  if (ended === created + Timeouts.maximumRoomAge) return "The sandbox ended the room when it was 24 hours old."
  const [who, name] =
    participants.length === 0
      ? (["joined it", "unusedRoomTimeout"] as const)
      : (["was in it", "emptyRoomTimeout"] as const)
  return `The sandbox ended the room, since nobody ${who} for ${Duration.format(Duration.millis(settings[name]))}. Set its ${name}, or change the times.`
}

const eventsOf = (
  engine: RoomEngine,
  room: Scenario.ScenarioRoom,
  where: string,
  now: number
): ReadonlyArray<Event> => {
  const at = (ago: Duration.Input) => now - Math.round(Duration.toMillis(ago))
  const people = room.participants ?? []
  let opened = room.openedAgo === undefined ? now : at(room.openedAgo)
  for (const { joinedAgo } of people) opened = Math.min(opened, at(joinedAgo ?? 0))
  const events: Array<Event> = []
  let record: RoomRecord | undefined
  const inRoom = <A>(happen: (room: RoomRecord) => Outcome<A>): Outcome<A> =>
    after(record, (room) =>
      Result.mapError(happen(room), (error) =>
        error.problem === "room-completed" ? SandboxError.make(error.problem, endOf(room)) : error
      )
    )
  events.push({
    at: opened,
    where,
    happen: () =>
      Result.flatMap(RoomSettings.ofControl(room), (settings) =>
        Result.map(engine.openRoom(room.uniqueName, settings), (room) => {
          record = room
        })
      )
  })
  for (const [index, person] of people.entries()) {
    const whose = `${where}.participants[${index}]`
    const joinedAt = at(person.joinedAgo ?? 0)
    let joined: ParticipantRecord | undefined
    events.push({
      at: joinedAt,
      where: whose,
      happen: () =>
        inRoom((room) =>
          Result.flatMap(engine.join(room, person.identity, person.automaticSubscription), (participant) => {
            joined = participant
            return person.rules === undefined
              ? Result.void
              : Result.mapBoth(SubscribeRule.check(person.rules), {
                  onSuccess: (rules) => engine.setRules(participant, rules),
                  onFailure: (problem) => SandboxError.make("invalid-scenario", `A list of rules ${problem}.`)
                })
          })
        )
    })
    for (const [place, track] of (person.tracks ?? []).entries()) {
      events.push({
        where: `${whose}.tracks[${place}]`,
        at: track.publishedAgo === undefined ? joinedAt : at(track.publishedAgo),
        happen: () => after(joined, (participant) => engine.publish(participant, track))
      })
    }
    if (person.reconnecting === true) {
      events.push({
        at: now,
        where: whose,
        happen: () => after(joined, (participant) => engine.loseConnection(participant))
      })
    }
    if (person.leftAgo !== undefined) {
      events.push({
        at: at(person.leftAgo),
        where: whose,
        happen: () => after(joined, (participant) => engine.leave(participant))
      })
    }
  }
  if (room.completedAgo !== undefined) {
    events.push({ at: at(room.completedAgo), where, happen: () => inRoom((room) => engine.completeRoom(room)) })
  }
  return events
}

export const play = (engine: RoomEngine, scenario: Scenario.Scenario, now: number): Outcome<void> => {
  const times = ScenarioTimes.check(scenario)
  if (Result.isFailure(times)) return times
  const events = scenario.rooms.flatMap((room, index) => eventsOf(engine, room, `rooms[${index}]`, now))
  // Stable: of two events at one time, the one written first happens first.
  events.sort((a, b) => a.at - b.at)
  for (const event of events) {
    engine.advance(event.at)
    const outcome = event.happen()
    if (Result.isFailure(outcome)) return Result.fail(SandboxError.at(event.where, outcome.failure))
  }
  engine.advance(now)
  return Result.void
}
