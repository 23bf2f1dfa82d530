/**
 * Saves the rooms of a sandbox as a scenario. Seeded again, it gives the same lists of rooms, participants, published
 * tracks and rules, as old as they were when it was saved.
 *
 * A scenario leaves out tracks that are no longer published, settings that only Twilio's API has, when a track was muted,
 * and when rules were set. An anonymized participant joins again with its old SID as its identity. A rule that has the SID
 * of a participant who has left or was anonymized, or of a track without a name, matches nothing afterwards.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as Duration from "effect/Duration"
import type * as Scenario from "../../Scenario.ts"
import type { RoomRecord } from "../engine/Records.ts"
import * as RoomSettings from "../engine/RoomSettings.ts"
import type { Store } from "../engine/Store.ts"
import * as ScenarioMoments from "./ScenarioMoments.ts"

const units = [
  ["day", 24 * 60 * 60_000],
  ["hour", 60 * 60_000],
  ["minute", 60_000],
  ["second", 1000]
] as const

/** The duration in the largest unit of which it is a multiple, or else in milliseconds. */
const durationOf = (millis: number): Duration.Input => {
  for (const [unit, size] of units) {
    if (millis === size) return `1 ${unit}`
    if (millis > 0 && millis % size === 0) return `${millis / size} ${unit}s`
  }
  return millis
}

const settingsOf = ({ settings }: RoomRecord): Scenario.RoomSettings => {
  const saved: { -readonly [K in keyof Scenario.RoomSettings]: Scenario.RoomSettings[K] } = {}
  const { defaults } = RoomSettings
  if (settings.maxParticipants !== defaults.maxParticipants) saved.maxParticipants = settings.maxParticipants
  for (const name of ["maxParticipantDuration", "emptyRoomTimeout", "unusedRoomTimeout"] as const) {
    if (settings[name] !== defaults[name]) saved[name] = durationOf(settings[name])
  }
  if (settings.statusCallback !== undefined) {
    saved.statusCallback = settings.statusCallback
    saved.statusCallbackMethod = settings.statusCallbackMethod
  }
  return saved
}

/** The rule with an identity and a name instead of SIDs, since the SIDs will differ. */
const ruleOf = (room: RoomRecord, rule: SubscribeRule.SubscribeRule): SubscribeRule.SubscribeRule => {
  if (rule.all === true) return rule
  const track = rule.track === undefined ? undefined : room.published.get(rule.track)
  const publisher =
    track?.publisher ?? room.participants.find(({ sid, status }) => sid === rule.publisher && status !== "disconnected")
  if (publisher === undefined || Sid.isParticipantSid(publisher.identity)) return rule
  const { identity, sid } = publisher
  if (track === undefined) return { ...rule, publisher: identity }
  const isOfAnother = rule.publisher !== undefined && rule.publisher !== sid && rule.publisher !== identity
  return isOfAnother || track.name === track.sid ? rule : { ...rule, publisher: identity, track: track.name }
}

const participantOf = ({
  joined,
  left,
  published
}: ScenarioMoments.ParticipantMoments): Scenario.ScenarioParticipant => {
  const { identity, room, rules, rulesCreated, status } = joined.participant
  return {
    identity,
    ...(joined.ago === 0 ? {} : { joinedAgo: durationOf(joined.ago) }),
    ...(left === undefined || left.isImplied ? {} : { leftAgo: durationOf(left.ago) }),
    ...(status === "reconnecting" ? { reconnecting: true } : {}),
    ...(rulesCreated === undefined && rules[0]?.type === "exclude" ? { automaticSubscription: false } : {}),
    ...(rulesCreated === undefined ? {} : { rules: rules.map((rule) => ruleOf(room, rule)) }),
    ...(published.length === 0
      ? {}
      : {
          tracks: published.map(({ ago, track: { enabled, kind, name, sid } }) => ({
            kind,
            ...(name === sid ? {} : { name }),
            ...(enabled ? {} : { enabled }),
            ...(ago === joined.ago ? {} : { publishedAgo: durationOf(ago) })
          }))
        })
  }
}

const roomOf = ({ completed, opened, participants, room }: ScenarioMoments.RoomMoments): Scenario.ScenarioRoom => ({
  ...(room.uniqueName === undefined ? {} : { uniqueName: room.uniqueName }),
  ...settingsOf(room),
  ...(opened.ago === 0 ? {} : { openedAgo: durationOf(opened.ago) }),
  ...(completed === undefined ? {} : { completedAgo: durationOf(completed.ago) }),
  ...(participants.length === 0 ? {} : { participants: participants.map(participantOf) })
})

/** The scenario of all rooms. */
export const of = (store: Store): Scenario.Scenario => ({ rooms: ScenarioMoments.of(store).map(roomOf) })
