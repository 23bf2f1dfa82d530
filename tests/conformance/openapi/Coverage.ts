/**
 * Which parts of the OpenAPI document the recorded exchanges cover: the parameters sent, the members of responses with a
 * value, each value of an enum, and null. Lists what stays uncovered, with reasons.
 */
import * as Predicate from "effect/Predicate"
import * as OpenApi from "./OpenApi.ts"
import type * as Recorder from "./Recorder.ts"

/** Operations on rooms that the library doesn't have. */
export const outOfScope: ReadonlyArray<string> = [
  // Recordings
  "FetchRoomRecording",
  "DeleteRoomRecording",
  "ListRoomRecording",
  "FetchRoomRecordingRule",
  "UpdateRoomRecordingRule",
  // Transcriptions
  "FetchRoomTranscriptions",
  "UpdateRoomTranscriptions",
  "ListRoomTranscriptions",
  "CreateRoomTranscriptions"
]

/** The operations on rooms that the library has. */
export const operations: ReadonlyArray<OpenApi.Operation> = OpenApi.operations.filter(
  ({ id, template }) => (template === "/v1/Rooms" || template.startsWith("/v1/Rooms/")) && !outOfScope.includes(id)
)

const participant = "video.v1.room.room_participant"

/** Parameters that the client doesn't send, with the reason. */
export const neverSent: { readonly [parameter: string]: string } = {
  "CreateRoom form EnableTurn": "Deprecated. Its description says that it's always true."
}

/** Values that no response has, with the reason. */
export const neverReturned: { readonly [value: string]: string } = {
  "video.v1.room.status = failed": "Twilio documents nothing that makes a room fail.",
  "video.v1.room.enable_turn = false": "Its description says that it's always true.",
  [`${participant}.room_participant_subscribe_rule.rules[].all = false`]:
    "The grammar of rules allows only true. Other rules have null."
}

const meta = (operation: string): { readonly [member: string]: string } => ({
  [`${operation}.meta.next_page_url`]: "on the last page",
  [`${operation}.meta.previous_page_url`]: "on the first page"
})

/** The members that are null in some responses, and when. */
export const nullable: { readonly [member: string]: string } = {
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
  [`${participant}.room_participant_subscribe_rule.date_created`]: "until the rules are updated",
  [`${participant}.room_participant_subscribe_rule.date_updated`]: "until the rules are updated",
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

/** The parameters that the client sent. */
export const sentParameters = (exchanges: ReadonlyArray<Recorder.Exchange>): ReadonlySet<string> => {
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

// Walks through a schema and, in parallel, through a value of it.
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

// Objects are named by their component, enums by the member that holds them.
const nameOf = (schema: OpenApi.SchemaObject, place: string): string => {
  const name = OpenApi.componentName(schema)
  return name === undefined || OpenApi.component(name).properties === undefined ? place : name
}

// The values of a member that coverage distinguishes.
const distinct = ({ enum: values, type }: OpenApi.SchemaObject): ReadonlyArray<string> =>
  values ?? (type === "boolean" ? ["true", "false"] : ["a value"])

/** The values that the members of responses can have. */
export const declaredValues: ReadonlySet<string> = new Set(
  operations.flatMap(({ id, success }) => {
    const values: Array<string> = []
    if (success === undefined) throw new Error(`${id} has no response body`)
    walk(success.schema, nameOf(success.schema, id), undefined, (schema, place) => {
      if (schema.properties !== undefined || schema.items !== undefined) return
      for (const value of distinct(schema)) values.push(`${place} = ${value}`)
    })
    return values
  })
)

/** The values that the members of the responses had. */
export const returnedValues = (exchanges: ReadonlyArray<Recorder.Exchange>): ReadonlySet<string> => {
  const returned = new Set<string>()
  for (const { response, method, url } of exchanges) {
    const operation = OpenApi.find(method, url.pathname)?.operation
    const success = operation?.success
    if (operation === undefined || success?.status !== response.status) continue
    walk(success.schema, nameOf(success.schema, operation.id), JSON.parse(response.body), (schema, place, value) => {
      if (value === null) returned.add(`${place} = null`)
      if (value == null || schema.properties !== undefined || schema.items !== undefined) return
      const text = String(value)
      returned.add(`${place} = ${distinct(schema).includes(text) ? text : "a value"}`)
    })
  }
  return returned
}
