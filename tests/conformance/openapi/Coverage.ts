/**
 * How much of the document a run has shown: the parameters sent, and of each member of answers whether it had a value,
 * which of an enum's, and whether it was null. Also lists what no run shows, each with its reason. Holds no run.
 */
import * as Predicate from "effect/Predicate"
import * as OpenApi from "./OpenApi.ts"
import type * as Tap from "./Tap.ts"

/** Operations on rooms that this library does not have. */
export const outOfScope: ReadonlyArray<string> = [
  // Recordings are files and their life cycle.
  "FetchRoomRecording",
  "DeleteRoomRecording",
  "ListRoomRecording",
  "FetchRoomRecordingRule",
  "UpdateRoomRecordingRule",
  // Transcriptions are jobs and their results.
  "FetchRoomTranscriptions",
  "UpdateRoomTranscriptions",
  "ListRoomTranscriptions",
  "CreateRoomTranscriptions"
]

/** The operations on rooms that this library has. */
export const operations: ReadonlyArray<OpenApi.Operation> = OpenApi.operations.filter(
  ({ id, template }) => (template === "/v1/Rooms" || template.startsWith("/v1/Rooms/")) && !outOfScope.includes(id)
)

const participant = "video.v1.room.room_participant"

/** Parameters that the client does not send, by why. */
export const unsent: { readonly [parameter: string]: string } = {
  "CreateRoom form EnableTurn": "Deprecated; by its own description always taken to be true."
}

/** Values that no answer has, by why. */
export const unshown: { readonly [value: string]: string } = {
  "video.v1.room.status = failed": "Nothing documented makes a room fail.",
  "video.v1.room.enable_turn = false": "By its own description it is always true.",
  [`${participant}.room_participant_subscribe_rule.rules[].all = false`]:
    "The grammar of rules has true alone; a rule that is not about all tracks has null."
}

const meta = (operation: string): { readonly [member: string]: string } => ({
  [`${operation}.meta.next_page_url`]: "on the last page",
  [`${operation}.meta.previous_page_url`]: "on the first page"
})

/** The members that are null in some answers, as they must be at times, by when. */
export const sometimesNull: { readonly [member: string]: string } = {
  ...meta("ListRoom"),
  ...meta("ListRoomParticipant"),
  ...meta("ListRoomParticipantPublishedTrack"),
  ...meta("ListRoomParticipantSubscribedTrack"),
  "video.v1.room.status_callback": "for a room without one",
  "video.v1.room.end_time": "in progress",
  "video.v1.room.duration": "in progress",
  [`${participant}.end_time`]: "until disconnected",
  [`${participant}.duration`]: "until disconnected",
  [`${participant}.room_participant_anonymize.end_time`]: "until disconnected",
  [`${participant}.room_participant_anonymize.duration`]: "until disconnected",
  [`${participant}.room_participant_published_track.date_updated`]: "until enabled or disabled",
  [`${participant}.room_participant_subscribed_track.date_updated`]: "until enabled or disabled",
  [`${participant}.room_participant_subscribe_rule.date_created`]: "for the rules of joining",
  [`${participant}.room_participant_subscribe_rule.date_updated`]: "for the rules of joining",
  [`${participant}.room_participant_subscribe_rule.rules[].all`]: "in a rule with other filters",
  [`${participant}.room_participant_subscribe_rule.rules[].publisher`]: "in a rule without this filter",
  [`${participant}.room_participant_subscribe_rule.rules[].track`]: "in a rule without this filter",
  [`${participant}.room_participant_subscribe_rule.rules[].kind`]: "in a rule without this filter",
  [`${participant}.room_participant_subscribe_rule.rules[].priority`]: "in a rule without one"
}

const parametersOf = (operation: OpenApi.Operation): ReadonlyArray<string> =>
  operation.parameters.map((parameter) => `${operation.id} ${parameter.in} ${parameter.name}`)

/** Every parameter of the operations. */
export const declaredParameters: ReadonlyArray<string> = operations.flatMap(parametersOf)

/** The parameters that requests of the client had. */
export const sentParameters = (exchanges: ReadonlyArray<Tap.Exchange>): ReadonlySet<string> => {
  const sent = new Set<string>()
  for (const { by, method, request, url } of exchanges) {
    const found = by === "client" ? OpenApi.find(method, url.pathname) : undefined
    if (found === undefined) continue
    const add = (place: OpenApi.Parameter["in"], names: Iterable<string>) => {
      for (const name of names) sent.add(`${found.operation.id} ${place} ${name}`)
    }
    add("path", found.values.keys())
    add("query", url.searchParams.keys())
    add("form", new URLSearchParams(request.body).keys())
  }
  return sent
}

// Goes through a schema, and through a value beside it where there is one.
const walk = (
  schema: OpenApi.SchemaObject,
  place: string,
  value: unknown,
  visit: (schema: OpenApi.SchemaObject, place: string, value: unknown) => void
): void => {
  const { items, properties } = OpenApi.resolve(schema)
  visit(OpenApi.resolve(schema), place, value)
  if (items !== undefined) {
    for (const item of Array.isArray(value) ? value : [undefined]) walk(items, nameOf(items, `${place}[]`), item, visit)
  }
  for (const [name, member] of Object.entries(properties ?? {})) {
    const inner = Predicate.isObject(value) && Predicate.hasProperty(value, name) ? value[name] : undefined
    walk(member, `${nameOf(schema, place)}.${name}`, inner, visit)
  }
}

// Objects go by their component's name, wherever they stand; enums by the member that holds them.
const nameOf = (schema: OpenApi.SchemaObject, place: string): string => {
  const name = OpenApi.componentName(schema)
  return name === undefined || OpenApi.component(name).properties === undefined ? place : name
}

// What is told apart of a member's values.
const distinct = ({ enum: values, type }: OpenApi.SchemaObject): ReadonlyArray<string> =>
  values ?? (type === "boolean" ? ["true", "false"] : ["a value"])

/** The values that members of answers can have, as far as the document tells values apart. */
export const declaredValues: ReadonlySet<string> = new Set(
  operations.flatMap(({ id, success }) => {
    const values: Array<string> = []
    if (success === undefined) throw new Error(`${id} answers nothing`)
    walk(success.schema, nameOf(success.schema, id), undefined, (schema, place) => {
      if (schema.properties !== undefined || schema.items !== undefined) return
      for (const value of distinct(schema)) values.push(`${place} = ${value}`)
    })
    return values
  })
)

/** The values that members of the answers had. */
export const shownValues = (exchanges: ReadonlyArray<Tap.Exchange>): ReadonlySet<string> => {
  const shown = new Set<string>()
  for (const { answer, method, url } of exchanges) {
    const operation = OpenApi.find(method, url.pathname)?.operation
    const success = operation?.success
    if (operation === undefined || success?.status !== answer.status) continue
    walk(success.schema, nameOf(success.schema, operation.id), JSON.parse(answer.body), (schema, place, value) => {
      if (value === null) shown.add(`${place} = null`)
      if (value == null || schema.properties !== undefined || schema.items !== undefined) return
      const text = String(value)
      shown.add(`${place} = ${distinct(schema).includes(text) ? text : "a value"}`)
    })
  }
  return shown
}
