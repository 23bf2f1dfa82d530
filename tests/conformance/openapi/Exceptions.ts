/**
 * Known errors of Twilio's OpenAPI document, each with its reason and source. A finding without an exception fails the
 * test, and so does an exception without a finding.
 */
import type { Finding } from "./Finding.ts"

export interface Exception {
  readonly operations: ReadonlyArray<string>
  /** As in a finding, with `*` for array indexes. */
  readonly where: ReadonlyArray<string>
  readonly problem: string
  readonly value: unknown
  readonly reason: string
  readonly source: string
}

export const exceptions: ReadonlyArray<Exception> = [
  {
    operations: ["FetchRoomParticipantSubscribeRule", "UpdateRoomParticipantSubscribeRule"],
    where: ["all", "publisher", "track", "kind", "priority"].map((filter) => `response /rules/*/${filter}`),
    problem: "must be",
    value: null,
    reason: "The schema of a rule declares no filter as nullable, and no rule has all filters.",
    source:
      "The document's own examples of /v1/Rooms/{RoomSid}/Participants/{ParticipantSid}/SubscribeRules, readEmpty of " +
      "get and updateFilters of post, show each filter that a rule doesn't have as null."
  },
  {
    operations: ["UpdateRoomParticipantAnonymize"],
    where: ["response /status"],
    problem: "must be",
    value: "reconnecting",
    reason:
      "The status enum of an anonymized participant lacks `reconnecting`. A reconnecting participant can be anonymized, " +
      "and its status stays the same.",
    source:
      "The document's own schema of a participant, room_participant_enum_status, which has had `reconnecting` since " +
      "March 2025, while room_participant_anonymize_enum_status was left as it was."
  }
]

const place = ({ where }: Finding): string => where.replaceAll(/\/\d+(?=\/|$)/gu, "/*")

/** The operations and places that an exception covers. */
export const uses = ({ operations, where }: Exception): ReadonlyArray<string> =>
  operations.flatMap((operation) => where.map((where) => `${operation}: ${where}`))

const covers = (exception: Exception, finding: Finding): boolean =>
  exception.operations.includes(finding.operation) &&
  exception.where.includes(place(finding)) &&
  finding.problem.startsWith(exception.problem) &&
  finding.value === exception.value

/** Splits findings into those that an exception covers, as the exceptions used, and the rest. */
export const partition = (findings: ReadonlyArray<Finding>) => {
  const used = new Set<string>()
  const rest: Array<Finding> = []
  for (const finding of findings) {
    if (exceptions.some((exception) => covers(exception, finding))) used.add(`${finding.operation}: ${place(finding)}`)
    else rest.push(finding)
  }
  return { used, rest }
}
