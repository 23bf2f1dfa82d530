/**
 * The default settings of a room, and the checks of settings from controls and scenarios. They may exceed Twilio's
 * ranges, so a test can have a room of 10,000 or a timeout of a second. `RoomForm` checks Twilio's ranges.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import type * as Records from "./Records.ts"

const minute = 60_000

/** Twilio's defaults for a group room. */
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

/** https://www.twilio.com/docs/video/tutorials/video-regions-and-global-low-latency */
export const mediaRegions: ReadonlySet<string> = new Set([
  "gll",
  "au1",
  "br1",
  "de1",
  "ie1",
  "in1",
  "jp1",
  "sg1",
  "us1",
  "us2"
])

export const isVideoCodec = (text: string): boolean => text === "VP8" || text === "H264"

/** Whether Twilio accepts a text as the URL of status callbacks. */
export const isCallbackUrl = (text: string): boolean =>
  text.length < 1024 && /^https?:\/\//iu.test(text) && URL.canParse(text)

type Durations = "maxParticipantDuration" | "emptyRoomTimeout" | "unusedRoomTimeout"

export const ofControl = (
  settings: Scenario.RoomSettings
): Result.Result<Partial<Records.RoomSettings>, SandboxError.SandboxError> =>
  Result.gen(function* () {
    const taken: { -readonly [K in keyof Records.RoomSettings]?: Records.RoomSettings[K] } = {}
    const millis = function* (name: Durations, least: number) {
      const input = settings[name]
      if (input === undefined) return
      const value = Option.getOrUndefined(Option.map(Duration.fromInput(input), Duration.toMillis))
      if (value === undefined || !Number.isSafeInteger(value) || value < least)
        return yield* SandboxError.fail("invalid-settings")
      taken[name] = value
    }
    yield* millis("maxParticipantDuration", 1)
    yield* millis("emptyRoomTimeout", 0)
    yield* millis("unusedRoomTimeout", 0)
    if (settings.maxParticipants !== undefined) {
      if (!Number.isSafeInteger(settings.maxParticipants) || settings.maxParticipants < 1)
        return yield* SandboxError.fail("invalid-settings")
      taken.maxParticipants = settings.maxParticipants
    }
    const { statusCallback, statusCallbackMethod } = settings
    if (statusCallback !== undefined) {
      if (!isCallbackUrl(statusCallback)) return yield* SandboxError.fail("invalid-settings")
      taken.statusCallback = statusCallback
    }
    if (statusCallbackMethod !== undefined) taken.statusCallbackMethod = statusCallbackMethod
    return taken
  })
