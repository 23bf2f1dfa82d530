/**
 * Reads the form that creates a room, and rejects invalid values with Twilio's errors.
 */
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
import * as NameRules from "@effect-twilio-video/core/NameRules"
import * as ErrorBody from "../wire/ErrorBody.ts"

export interface RoomForm {
  readonly uniqueName: string | undefined
  readonly settings: Partial<Records.RoomSettings>
}

const names = Wire.parameters

const maximumParticipants = 50

const refusals = {
  nameInvalid: ErrorBody.make(400, 53100, "Room name is invalid"),
  nameTooLong: ErrorBody.make(400, 53101, "Room name is too long"),
  nameNotUnicode: ErrorBody.make(400, 53102, "Room name contains invalid characters"),
  maxParticipants: ErrorBody.make(400, 53107, "MaxParticipants is out of range"),
  type: ErrorBody.make(400, 53108, "Invalid Room type"),
  timeout: ErrorBody.make(400, 53109, "Timeout is out of range"),
  statusCallbackMethod: ErrorBody.make(400, 53110, "StatusCallbackMethod is invalid"),
  statusCallback: ErrorBody.make(400, 53111, "StatusCallback is invalid"),
  mediaRegion: ErrorBody.make(400, 53115, "Invalid media region"),
  recordingRules: ErrorBody.make(400, 53120, "Invalid Recording Rule(s)"),
  maxParticipantDuration: ErrorBody.make(400, 53123, "MaxParticipantDuration is out of range"),
  legacyType: ErrorBody.make(400, 53126, "Legacy Room type is not available to this account"),
  audioOnly: ErrorBody.make(400, 53127, "AudioOnly is not available to this account")
} as const

interface Fields {
  readonly assumptions: Assumptions.Assumptions
  readonly fields: URLSearchParams
}

type Settings = { -readonly [K in keyof Records.RoomSettings]?: Records.RoomSettings[K] }

type Read<A> = Result.Result<A, ErrorBody.ErrorBody>

const check = (isValid: boolean, refusal: ErrorBody.ErrorBody): Read<void> =>
  isValid ? Result.void : Result.fail(refusal)

const within = (text: string, least: number, most: number, refusal: ErrorBody.ErrorBody): Read<number> => {
  const value = QueryParameter.integer(text)
  return value !== undefined && value >= least && value <= most ? Result.succeed(value) : Result.fail(refusal)
}

const flag = ({ assumptions, fields }: Fields, name: string): Read<boolean> => {
  const text = fields.get(name)
  return text === null || text === "true" || text === "false"
    ? Result.succeed(text === "true")
    : QueryParameter.invalid(assumptions, name, "not a boolean")
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

const readName = ({ fields }: Fields): Read<string | undefined> => {
  const uniqueName = fields.get(names.uniqueName) ?? undefined
  const problem = uniqueName === undefined ? undefined : NameRules.nameProblem(uniqueName)
  return problem === undefined ? Result.succeed(uniqueName) : Result.fail(nameRefusals[problem])
}

const readFlags = (form: Fields): Read<Settings> =>
  Result.gen(function* () {
    yield* flag(form, names.enableTurn)
    yield* flag(form, names.transcribeParticipantsOnConnect)
    const recordParticipantsOnConnect = yield* flag(form, names.recordParticipantsOnConnect)
    const largeRoom = yield* flag(form, names.largeRoom)
    const audioOnly = yield* flag(form, names.audioOnly)
    yield* check(!audioOnly || form.assumptions.legacyRooms === "accept", refusals.audioOnly)
    return { recordParticipantsOnConnect, largeRoom, audioOnly }
  })

const readTypeAndCallback = ({ assumptions, fields }: Fields): Read<Settings> =>
  Result.gen(function* () {
    const settings: Settings = {}
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
    return settings
  })

const readLimits = ({ assumptions, fields }: Fields): Read<Settings> =>
  Result.gen(function* () {
    const settings: Settings = {}
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
    return settings
  })

const readMedia = ({ assumptions, fields }: Fields): Read<Settings> =>
  Result.gen(function* () {
    const settings: Settings = {}
    const videoCodecs = fields.getAll(names.videoCodecs)
    if (videoCodecs.length > 0) {
      if (!videoCodecs.every(RoomSettings.isVideoCodec)) {
        return yield* QueryParameter.invalid(assumptions, names.videoCodecs, "not VP8 or H264")
      }
      settings.videoCodecs = videoCodecs
    }
    const mediaRegion = fields.get(names.mediaRegion)
    if (mediaRegion !== null) {
      yield* check(RoomSettings.mediaRegions.has(mediaRegion), refusals.mediaRegion)
      settings.mediaRegion = mediaRegion
    }
    return settings
  })

/** Checks parameters that have no effect in the sandbox. */
const checkUnused = ({ assumptions, fields }: Fields): Read<void> =>
  Result.gen(function* () {
    const recordingRules = fields.get(names.recordingRules)
    if (recordingRules !== null) {
      const rules = RuleForm.parse(assumptions, recordingRules) ?? (yield* Result.fail(refusals.recordingRules))
      yield* check(!rules.some((rule) => rule.kind === "data"), refusals.recordingRules)
    }
    const transcriptions = fields.get(names.transcriptionsConfiguration)
    if (transcriptions !== null && !isJsonObject(transcriptions)) {
      yield* QueryParameter.invalid(assumptions, names.transcriptionsConfiguration, "not a JSON object")
    }
  })

export const parse = (
  assumptions: Assumptions.Assumptions,
  { fields, malformed }: FormBody.Form
): Result.Result<RoomForm, ErrorBody.ErrorBody> =>
  Result.gen(function* () {
    yield* check(!malformed.has(names.uniqueName), refusals.nameNotUnicode)
    for (const name of malformed) yield* QueryParameter.invalid(assumptions, name, "malformed")
    const form = { assumptions, fields }
    const uniqueName = yield* readName(form)
    const settings: Partial<Records.RoomSettings> = {
      ...(yield* readFlags(form)),
      ...(yield* readTypeAndCallback(form)),
      ...(yield* readLimits(form)),
      ...(yield* readMedia(form))
    }
    yield* checkUnused(form)
    return { uniqueName, settings }
  })
