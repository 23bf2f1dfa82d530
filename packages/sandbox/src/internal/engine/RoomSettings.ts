/**
 * A room's settings: those by default, and those from what the controls and scenarios say, wider than Twilio's ranges,
 * so that a test can have a room of 10,000 or a timeout of a second. Twilio's ranges are looked at in `RoomForm`.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import type * as Records from "./Records.ts"
import type { Outcome } from "./RoomEngine.ts"

const minute = 60_000

/** Of a room of group type, where nothing else is said. */
export const defaults: Records.RoomSettings = {
  type: "group",
  statusCallback: undefined,
  statusCallbackMethod: "POST",
  maxParticipants: 50,
  maxParticipantDuration: 240 * minute,
  emptyRoomTimeout: 5 * minute,
  unusedRoomTimeout: 5 * minute,
  recordParticipantsOnConnect: false,
  videoCodecs: ["VP8", "H264"],
  mediaRegion: "us1",
  audioOnly: false,
  largeRoom: false
}

/** What Twilio takes for the URL of status callbacks. */
export const isCallbackUrl = (text: string): boolean =>
  text.length < 1024 && /^https?:\/\//iu.test(text) && URL.canParse(text)

type Durations = "maxParticipantDuration" | "emptyRoomTimeout" | "unusedRoomTimeout"

const refused = Result.fail(SandboxError.make("invalid-settings"))

export const ofControl = (settings: Scenario.RoomSettings): Outcome<Partial<Records.RoomSettings>> =>
  Result.gen(function* () {
    const taken: { -readonly [K in keyof Records.RoomSettings]?: Records.RoomSettings[K] } = {}
    const millis = function* (name: Durations, least: number) {
      const input = settings[name]
      if (input === undefined) return
      const value = Option.getOrUndefined(Option.map(Duration.fromInput(input), Duration.toMillis))
      if (value === undefined || !Number.isSafeInteger(value) || value < least) return yield* refused
      taken[name] = value
    }
    yield* millis("maxParticipantDuration", 1)
    yield* millis("emptyRoomTimeout", 0)
    yield* millis("unusedRoomTimeout", 0)
    if (settings.maxParticipants !== undefined) {
      if (!Number.isSafeInteger(settings.maxParticipants) || settings.maxParticipants < 1) return yield* refused
      taken.maxParticipants = settings.maxParticipants
    }
    const { statusCallback, statusCallbackMethod } = settings
    if (statusCallback !== undefined) {
      if (!isCallbackUrl(statusCallback)) return yield* refused
      taken.statusCallback = statusCallback
    }
    if (statusCallbackMethod !== undefined) taken.statusCallbackMethod = statusCallbackMethod
    return taken
  })
