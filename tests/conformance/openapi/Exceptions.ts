/**
 * Where Twilio's document is wrong, each with its reason and source, and the parting of findings by it. A finding that
 * is not listed here is a failure, and so is an entry that no finding needs. Holds no checking.
 */
import type { Finding } from "./Finding.ts"

export interface Exception {
  readonly operations: ReadonlyArray<string>
  /** As in a finding, with `*` for an index. */
  readonly where: ReadonlyArray<string>
  readonly problem: string
  readonly value: unknown
  readonly reason: string
  readonly source: string
}

export const exceptions: ReadonlyArray<Exception> = [
  {
    operations: ["FetchRoomParticipantSubscribeRule", "UpdateRoomParticipantSubscribeRule"],
    where: ["all", "publisher", "track", "kind", "priority"].map((filter) => `answer /rules/*/${filter}`),
    problem: "must be",
    value: null,
    reason: "The schema of a rule declares no filter as nullable, and a rule never has all of them.",
    source:
      "The document's own examples of /v1/Rooms/{RoomSid}/Participants/{ParticipantSid}/SubscribeRules, readEmpty of " +
      "get and updateFilters of post, show each filter that a rule does not have as null."
  },
  {
    operations: ["UpdateRoomParticipantAnonymize"],
    where: ["answer /status"],
    problem: "must be",
    value: "reconnecting",
    reason:
      "The enum of the anonymized participant's status has no `reconnecting`, though it is the same participant's " +
      "status, and the participant may be reconnecting when it is anonymized.",
    source:
      "The document's own schema of a participant, room_participant_enum_status, which has had `reconnecting` since " +
      "March 2025, while room_participant_anonymize_enum_status was left as it was."
  }
]

const place = ({ where }: Finding): string => where.replaceAll(/\/\d+(?=\/|$)/gu, "/*")

/** Each operation and place that an exception is for, as one text. */
export const uses = ({ operations, where }: Exception): ReadonlyArray<string> =>
  operations.flatMap((operation) => where.map((where) => `${operation}: ${where}`))

const covers = (exception: Exception, finding: Finding): boolean =>
  exception.operations.includes(finding.operation) &&
  exception.where.includes(place(finding)) &&
  finding.problem.startsWith(exception.problem) &&
  finding.value === exception.value

/** Parts findings into those that an exception explains, as the uses of exceptions, and the rest. */
export const part = (findings: ReadonlyArray<Finding>) => {
  const used = new Set<string>()
  const rest: Array<Finding> = []
  for (const finding of findings) {
    if (exceptions.some((exception) => covers(exception, finding))) used.add(`${finding.operation}: ${place(finding)}`)
    else rest.push(finding)
  }
  return { used, rest }
}
