/**
 * The form that makes a room: which settings it asks for, and Twilio's refusal of what is out of range. Holds no room.
 */
import * as NameRules from "@effect-twilio-video/core/NameRules"
import * as Room from "@effect-twilio-video/core/Room"
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import type * as FormBody from "../wire/FormBody.ts"
import * as QueryParameter from "./QueryParameter.ts"
import type * as Records from "../engine/Records.ts"
import * as RoomSettings from "../engine/RoomSettings.ts"
import * as RuleForm from "./RuleForm.ts"
import * as WireBody from "../wire/WireBody.ts"

export interface RoomForm {
  readonly uniqueName: string | undefined
  readonly settings: Partial<Records.RoomSettings>
}

const names = Wire.parameters

const maximumParticipants = 50

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

const refusals = {
  nameInvalid: WireBody.error(400, 53100, "Room name is invalid"),
  nameTooLong: WireBody.error(400, 53101, "Room name is too long"),
  nameNotUnicode: WireBody.error(400, 53102, "Room name contains invalid characters"),
  maxParticipants: WireBody.error(400, 53107, "MaxParticipants is out of range"),
  type: WireBody.error(400, 53108, "Invalid Room type"),
  timeout: WireBody.error(400, 53109, "Timeout is out of range"),
  statusCallbackMethod: WireBody.error(400, 53110, "StatusCallbackMethod is invalid"),
  statusCallback: WireBody.error(400, 53111, "StatusCallback is invalid"),
  mediaRegion: WireBody.error(400, 53115, "Invalid media region"),
  recordingRules: WireBody.error(400, 53120, "Invalid Recording Rule(s)"),
  maxParticipantDuration: WireBody.error(400, 53123, "MaxParticipantDuration is out of range"),
  legacyType: WireBody.error(400, 53126, "Legacy Room type is not available to this account"),
  audioOnly: WireBody.error(400, 53127, "AudioOnly is not available to this account")
} as const

const check = (good: boolean, refusal: WireBody.ErrorBody): Result.Result<void, WireBody.ErrorBody> =>
  good ? Result.void : Result.fail(refusal)

const within = (text: string, least: number, most: number, refusal: WireBody.ErrorBody) => {
  const value = QueryParameter.integer(text)
  return value !== undefined && value >= least && value <= most ? Result.succeed(value) : Result.fail(refusal)
}

const isJsonObject = (text: string): boolean => {
  try {
    const json: unknown = JSON.parse(text)
    return Predicate.isObject(json) && !Array.isArray(json)
  } catch {
    return false
  }
}

const nameRefusals = {
  empty: refusals.nameInvalid,
  "not-unicode": refusals.nameNotUnicode,
  "too-long": refusals.nameTooLong
} as const

export const parse = (
  assumptions: Assumptions.Assumptions,
  { fields, malformed }: FormBody.Form
): Result.Result<RoomForm, WireBody.ErrorBody> =>
  Result.gen(function* () {
    yield* check(!malformed.has(names.uniqueName), refusals.nameNotUnicode)
    for (const name of malformed) yield* QueryParameter.invalid(assumptions, name, "malformed")
    const settings: { -readonly [K in keyof Records.RoomSettings]?: Records.RoomSettings[K] } = {}

    const uniqueName = fields.get(names.uniqueName) ?? undefined
    const nameProblem = uniqueName === undefined ? undefined : NameRules.nameProblem(uniqueName)
    if (nameProblem !== undefined) return yield* Result.fail(nameRefusals[nameProblem])

    const flag = function* (name: string) {
      const text = fields.get(name)
      if (text === null) return undefined
      if (text !== "true" && text !== "false") return yield* QueryParameter.invalid(assumptions, name, "not a boolean")
      return text === "true"
    }
    yield* flag(names.enableTurn)
    yield* flag(names.transcribeParticipantsOnConnect)
    settings.recordParticipantsOnConnect = (yield* flag(names.recordParticipantsOnConnect)) ?? false
    settings.largeRoom = (yield* flag(names.largeRoom)) ?? false
    settings.audioOnly = (yield* flag(names.audioOnly)) ?? false
    yield* check(!settings.audioOnly || assumptions.legacyRooms === "accept", refusals.audioOnly)

    const type = fields.get(names.type)
    if (type !== null) {
      yield* check(Room.isKnownType(type), refusals.type)
      yield* check(type === "group" || assumptions.legacyRooms === "accept", refusals.legacyType)
      settings.type = type
    }

    const statusCallback = fields.get(names.statusCallback)
    if (statusCallback !== null) {
      yield* check(RoomSettings.isCallbackUrl(statusCallback), refusals.statusCallback)
      settings.statusCallback = statusCallback
    }
    const method = fields.get(names.statusCallbackMethod)
    if (method !== null) {
      if (method !== "GET" && method !== "POST") return yield* Result.fail(refusals.statusCallbackMethod)
      settings.statusCallbackMethod = method
    }

    const maxParticipants = fields.get(names.maxParticipants)
    if (maxParticipants !== null) {
      const most = assumptions.maxParticipantsAboveLimit === "clamp" ? Number.POSITIVE_INFINITY : maximumParticipants
      const wanted = yield* within(maxParticipants, 1, most, refusals.maxParticipants)
      settings.maxParticipants = Math.min(wanted, maximumParticipants)
    }

    const maxParticipantDuration = fields.get(names.maxParticipantDuration)
    if (maxParticipantDuration !== null) {
      const seconds = yield* within(maxParticipantDuration, 600, 86_400, refusals.maxParticipantDuration)
      settings.maxParticipantDuration = seconds * 1000
    }
    for (const name of ["emptyRoomTimeout", "unusedRoomTimeout"] as const) {
      const text = fields.get(names[name])
      if (text !== null) settings[name] = (yield* within(text, 1, 60, refusals.timeout)) * 60_000
    }

    const videoCodecs = fields.getAll(names.videoCodecs)
    if (videoCodecs.length > 0) {
      if (!videoCodecs.every(isVideoCodec)) {
        return yield* QueryParameter.invalid(assumptions, names.videoCodecs, "not VP8 or H264")
      }
      settings.videoCodecs = videoCodecs
    }

    const mediaRegion = fields.get(names.mediaRegion)
    if (mediaRegion !== null) {
      yield* check(mediaRegions.has(mediaRegion), refusals.mediaRegion)
      settings.mediaRegion = mediaRegion
    }

    const recordingRules = fields.get(names.recordingRules)
    if (recordingRules !== null) {
      const rules = yield* Result.mapError(RuleForm.parse(assumptions, recordingRules), () => refusals.recordingRules)
      yield* check(!rules.some((rule) => rule.kind === "data"), refusals.recordingRules)
    }
    const transcriptions = fields.get(names.transcriptionsConfiguration)
    if (transcriptions !== null && !isJsonObject(transcriptions)) {
      return yield* QueryParameter.invalid(assumptions, names.transcriptionsConfiguration, "not a JSON object")
    }
    return { uniqueName, settings }
  })
