/**
 * Checks the times of a scenario before it is seeded: each is within bounds, and they are in order. The engine checks
 * everything else.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"

/** A member of the scenario, and how long ago it says something happened. */
type Moment = readonly [name: string, ago: Duration.Input | undefined]

const longestDays = 3650

const longestMillis = Duration.toMillis(Duration.days(longestDays))

const wrong = (where: string, what: string) =>
  Result.fail(SandboxError.at(where, SandboxError.make("invalid-scenario", what)))

// Programs in plain JavaScript may pass anything as a duration.
const millisOf = (ago: Duration.Input): number | undefined =>
  Option.getOrUndefined(Option.map(Duration.fromInput(ago), Duration.toMillis))

/** Checks that the moments that are given are in order. */
const follow = (where: string, moments: ReadonlyArray<Moment>): Result.Result<void, SandboxError.SandboxError> => {
  let before = { name: "", millis: longestMillis }
  for (const [name, ago] of moments) {
    if (ago === undefined) continue
    const millis = millisOf(ago)
    if (millis === undefined || !(millis >= 0 && millis <= longestMillis)) {
      return wrong(where, `${name} must be a duration from 0 to ${longestDays} days.`)
    }
    if (millis > before.millis) return wrong(where, `${name} is longer ago than ${before.name}.`)
    before = { name, millis }
  }
  return Result.void
}

const checkRoom = (room: Scenario.ScenarioRoom, where: string): Result.Result<void, SandboxError.SandboxError> =>
  Result.gen(function* () {
    const { completedAgo, participants = [] } = room
    const openedAgo = room.openedAgo ?? (participants.length === 0 ? 0 : undefined)
    yield* follow(where, [
      ["openedAgo", openedAgo],
      ["completedAgo", completedAgo]
    ])
    const completed: Moment = ["completedAgo of the room", completedAgo]
    for (const [index, { joinedAgo = 0, leftAgo, tracks = [] }] of participants.entries()) {
      const whose = `${where}.participants[${index}]`
      const joined: Moment = ["joinedAgo", joinedAgo]
      yield* follow(whose, [["openedAgo of the room", openedAgo], joined, ["leftAgo", leftAgo], completed])
      for (const [place, { publishedAgo = joinedAgo }] of tracks.entries()) {
        const published: Moment = ["publishedAgo", publishedAgo]
        const left: Moment = ["leftAgo of the participant", leftAgo]
        yield* follow(`${whose}.tracks[${place}]`, [
          ["joinedAgo of the participant", joinedAgo],
          published,
          left,
          completed
        ])
      }
    }
  })

export const check = (scenario: Scenario.Scenario): Result.Result<void, SandboxError.SandboxError> =>
  Result.gen(function* () {
    for (const [index, room] of scenario.rooms.entries()) yield* checkRoom(room, `rooms[${index}]`)
  })
