/**
 * Writes a logged request as a program that calls the accessor of its operation. Credentials and the base URL are read
 * from the environment.
 */
import type * as OperationName from "../../../src/OperationName.ts"

export interface Request {
  readonly operation?: OperationName.OperationName
  /** Path and query as sent. */
  readonly path: string
  /** The parameters of the form, in order. */
  readonly form?: ReadonlyArray<readonly [name: string, value: string]>
}

interface Call {
  readonly module: "Rooms" | "Participants" | "PublishedTracks" | "SubscribedTracks" | "SubscribeRules"
  readonly name: string
  readonly args: ReadonlyArray<string>
  /** What the call doesn't send, or sends differently. */
  readonly notes?: ReadonlyArray<string>
}

// Characters that are invisible or reorder the text around them are escaped.
const literal = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\p{Control}\p{Bidi_Control}\u{2028}\u{2029}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** Reads the values of one parameter, and returns TypeScript; undefined if the option can't have this value. */
type Reader = (values: ReadonlyArray<string>) => string | undefined

const single =
  (read: (value: string) => string | undefined): Reader =>
  ([value = ""]) =>
    read(value)

const wholeNumber = (value: string): number | undefined => (/^\d{1,9}$/u.test(value) ? Number(value) : undefined)

const text = single((value) => (value === "" ? undefined : literal(value)))

const count = single((value) => wholeNumber(value)?.toString())

const flag = single((value) => (value === "true" || value === "false" ? value : undefined))

const duration = (unit: "seconds" | "minutes"): Reader =>
  single((value) => {
    const amount = wholeNumber(value)
    return amount === undefined ? undefined : literal(`${amount} ${unit}`)
  })

const wordsOf =
  (...words: ReadonlyArray<string>) =>
  (value: string): boolean =>
    words.includes(value)

const isCodec = wordsOf("VP8", "H264")

const codecs: Reader = (values) => (values.every(isCodec) ? literal(values) : undefined)

const isMethod = wordsOf("GET", "POST")

const method = single((value) => (isMethod(value) ? literal(value) : undefined))

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const object = single((value) => {
  const parsed = parse(value)
  // In an object literal, this member would set the prototype.
  return isObject(parsed) && !value.includes("__proto__") ? literal(parsed) : undefined
})

const ruleMembers = ["publisher", "track", "kind", "priority"] as const

/** A rule without the nulls that some clients send; undefined if the type of rules doesn't allow it. */
const ruleOf = (value: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (!isObject(value)) return undefined
  const { all, type, ...others } = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
  const names = Object.keys(others)
  const isTyped = typeof type === "string" && names.every((name) => ruleMembers.some((member) => member === name))
  if (!isTyped || !Object.values(others).every((member) => typeof member === "string")) return undefined
  if (all === undefined) return { type, ...others }
  const isAlone = names.every((name) => name === "priority")
  return isAlone && (all === true || all === "true") ? { type, all: true, ...others } : undefined
}

const rules = single((value) => {
  const parsed = parse(value)
  const read = Array.isArray(parsed) ? parsed.map(ruleOf) : []
  return read.length > 0 && !read.includes(undefined) ? literal(read) : undefined
})

const page = { PageSize: count, PageToken: text }

const listOptions = { Status: text, DateCreatedAfter: text, DateCreatedBefore: text, ...page }

const roomOptions = {
  UniqueName: text,
  Type: text,
  StatusCallback: text,
  StatusCallbackMethod: method,
  MaxParticipants: count,
  RecordParticipantsOnConnect: flag,
  TranscribeParticipantsOnConnect: flag,
  VideoCodecs: codecs,
  MediaRegion: text,
  RecordingRules: rules,
  TranscriptionsConfiguration: object,
  AudioOnly: flag,
  MaxParticipantDuration: duration("seconds"),
  EmptyRoomTimeout: duration("minutes"),
  UnusedRoomTimeout: duration("minutes"),
  LargeRoom: flag
}

type Parameters = ReadonlyArray<readonly [name: string, value: string]>

const valuesOf = (parameters: Parameters, name: string): ReadonlyArray<string> =>
  parameters.flatMap(([other, value]) => (other === name ? [value] : []))

const leftOut = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`Left out, since the accessor doesn't take it: ${names.map(literal).join(", ")}`]

/** The parameters that `readers` know, as an object. `Page` is no option: `PageToken` says where a page begins. */
const optionsOf = (
  parameters: Parameters,
  readers: Readonly<Record<string, Reader>>
): { readonly args: ReadonlyArray<string>; readonly notes: ReadonlyArray<string> } => {
  const members: Array<string> = []
  const others: Array<string> = []
  for (const name of new Set(parameters.map(([name]) => name))) {
    const value = Object.hasOwn(readers, name) ? readers[name]?.(valuesOf(parameters, name)) : undefined
    if (value !== undefined) members.push(`${name.charAt(0).toLowerCase()}${name.slice(1)}: ${value}`)
    else if (name !== "Page") others.push(name)
  }
  if (members.length === 0) return { args: [], notes: leftOut(others) }
  const line = `{ ${members.join(", ")} }`
  return { args: [line.length <= 80 ? line : `{\n  ${members.join(",\n  ")}\n}`], notes: leftOut(others) }
}

const completeRoom = (room: string, [status]: ReadonlyArray<string>): Call => ({
  module: "Rooms",
  name: "complete",
  args: [room],
  notes:
    status === "completed" ? [] : [`The accessor sends the Status "completed", the request ${literal(status ?? "")}`]
})

const updateParticipant = (args: ReadonlyArray<string>, [status = ""]: ReadonlyArray<string>): Call => {
  const call = { module: "Participants", args } as const
  if (status === "disconnected") return { ...call, name: "disconnect" }
  if (status !== "") return { ...call, name: "update", args: [...args, `{ status: ${literal(status)} }`] }
  return { ...call, name: "fetch", notes: ["The request was an update without a Status, which has no accessor"] }
}

const updateRules = (args: ReadonlyArray<string>, values: ReadonlyArray<string>): Call => {
  const value = rules(values)
  const call = { module: "SubscribeRules", args } as const
  return value === undefined
    ? { ...call, name: "fetch", notes: ["The request was an update with Rules that the accessor doesn't take"] }
    : { ...call, name: "update", args: [...args, value] }
}

const callOf = (operation: OperationName.OperationName, path: string, form: Parameters): Call => {
  const [pathname = "", query = ""] = path.split(/\?(.*)/su)
  const search: Parameters = [...new URLSearchParams(query)]
  const [, , , room = "", , participant = "", , track = ""] = pathname
    .split("/")
    .map((segment) => literal(decodeURIComponent(segment)))
  const status = valuesOf(form, "Status")
  const list = (
    module: Call["module"],
    args: ReadonlyArray<string>,
    readers: Readonly<Record<string, Reader>>
  ): Call => {
    const options = optionsOf(search, readers)
    return { module, name: "list", args: [...args, ...options.args], notes: options.notes }
  }
  switch (operation) {
    case "CreateRoom":
      return { module: "Rooms", name: "create", ...optionsOf(form, roomOptions) }
    case "ListRoom":
      return list("Rooms", [], { UniqueName: text, ...listOptions })
    case "FetchRoom":
      return { module: "Rooms", name: "fetch", args: [room] }
    case "UpdateRoom":
      return completeRoom(room, status)
    case "ListRoomParticipant":
      return list("Participants", [room], { Identity: text, ...listOptions })
    case "FetchRoomParticipant":
      return { module: "Participants", name: "fetch", args: [room, participant] }
    case "UpdateRoomParticipant":
      return updateParticipant([room, participant], status)
    case "UpdateRoomParticipantAnonymize":
      return { module: "Participants", name: "anonymize", args: [room, participant] }
    case "ListRoomParticipantPublishedTrack":
      return list("PublishedTracks", [room, participant], page)
    case "FetchRoomParticipantPublishedTrack":
      return { module: "PublishedTracks", name: "fetch", args: [room, participant, track] }
    case "ListRoomParticipantSubscribedTrack":
      return list("SubscribedTracks", [room, participant], page)
    case "FetchRoomParticipantSubscribedTrack":
      return { module: "SubscribedTracks", name: "fetch", args: [room, participant, track] }
    case "FetchRoomParticipantSubscribeRule":
      return { module: "SubscribeRules", name: "fetch", args: [room, participant] }
    case "UpdateRoomParticipantSubscribeRule":
      return updateRules([room, participant], valuesOf(form, "Rules"))
  }
}

/** Returns the program; undefined if the request has no operation. */
export const toEffect = ({ form = [], operation, path }: Request): string | undefined => {
  if (operation === undefined) return undefined
  const { args, module, name, notes = [] } = callOf(operation, path, form)
  return `import * as ${module} from "@effect-twilio-video/core/${module}"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Effect from "effect/Effect"

${notes.map((note) => `// ${note}.\n`).join("")}const program = ${module}.${name}(${args.join(", ")})

// Reads TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_VIDEO_BASE_URL.
const result = await program.pipe(Effect.provide(TwilioVideo.layerFetchConfig()), Effect.runPromise)

console.log(result)
`
}
