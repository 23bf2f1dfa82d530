/**
 * Twilio's SubscribeRules endpoints.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import * as Participants from "../engine/Participants.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import type * as ApiRequest from "./ApiRequest.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Lookup from "./Lookup.ts"
import * as Representation from "./Representation.ts"
import * as RuleForm from "./RuleForm.ts"

const rulesInvalid = ErrorBody.make(400, 53215, "Invalid Subscribe Rule(s)")

const { operations, parameters } = Wire

export const make = (context: Endpoint.Context) => {
  const { engine } = context
  const { assumptions } = engine

  const participant = (request: ApiRequest.ApiRequest) =>
    Lookup.participantWith(engine, request, assumptions.rulesOfDisconnected)

  return [
    Endpoint.get(context, operations.FetchRoomParticipantSubscribeRule, (request) =>
      Result.map(participant(request), Representation.subscribeRules)
    ),
    Endpoint.post(context, operations.UpdateRoomParticipantSubscribeRule, {
      find: participant,
      change: (found, { fields }, request) =>
        Result.gen(function* () {
          yield* Lookup.allowChange(engine, request, found, assumptions.rulesInCompletedRoom)
          const text = fields.get(parameters.rules)
          const rules = text === null ? undefined : RuleForm.parse(assumptions, text)
          if (rules === undefined) return yield* Result.fail(rulesInvalid)
          Participants.setRules(engine, found, rules)
          return Representation.subscribeRules(found)
        })
    })
  ] as const
}
