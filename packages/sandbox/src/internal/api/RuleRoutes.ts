/**
 * Twilio's SubscribeRules endpoints: what each answers, from the room engine. Holds neither the rules' grammar (see
 * `RuleForm`) nor their evaluation.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type { Answer, Endpoints, Request } from "./Endpoint.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord } from "../engine/Records.ts"
import * as RuleForm from "./RuleForm.ts"
import * as Representation from "./Representation.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"

const rulesInvalid = ErrorBody.make(400, 53215, "Invalid Subscribe Rule(s)")

const { operations, parameters } = Wire

export const make = (endpoints: Endpoints) => {
  const { assumptions, engine } = endpoints

  const participant = (request: Request): Answer<ParticipantRecord> =>
    Result.flatMap(endpoints.participant(request), (found) =>
      found.status === "disconnected" && assumptions.rulesOfDisconnected === "not-found"
        ? endpoints.missing(request, "participant")
        : Result.succeed(found)
    )

  return [
    endpoints.get(operations.FetchRoomParticipantSubscribeRule, (request) =>
      Result.map(participant(request), Representation.subscribeRules)
    ),
    endpoints.post(operations.UpdateRoomParticipantSubscribeRule, {
      find: participant,
      change: (found, { fields }, request) =>
        Result.gen(function* () {
          yield* endpoints.inRoom(request, found, assumptions.rulesInCompletedRoom)
          const text = fields.get(parameters.rules)
          const rules = text === null ? undefined : RuleForm.parse(assumptions, text)
          if (rules === undefined) return yield* Result.fail(rulesInvalid)
          Participants.setRules(engine, found, rules)
          return Representation.subscribeRules(found)
        })
    })
  ] as const
}
