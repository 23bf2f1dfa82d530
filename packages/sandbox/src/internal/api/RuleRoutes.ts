/**
 * Twilio's SubscribeRules endpoints: what each answers, from the room engine. Holds neither the rules' grammar (see
 * `RuleForm`) nor their evaluation.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type { Answer, Endpoints, Request } from "./Endpoint.ts"
import type { ParticipantRecord } from "../engine/Records.ts"
import * as RuleForm from "./RuleForm.ts"
import * as WireBody from "../wire/WireBody.ts"

const rulesInvalid = WireBody.error(400, 53215, "Invalid Subscribe Rule(s)")

const { operations, parameters } = Wire

export const make = (endpoints: Endpoints) => {
  const { assumptions, engine } = endpoints
  const notJson = WireBody.error(400, assumptions.rulesNotJsonCode, "Invalid Subscribe Rule(s)")

  const participant = (request: Request): Answer<ParticipantRecord> =>
    Result.flatMap(endpoints.participant(request), (found) =>
      found.status === "disconnected" && assumptions.rulesOfDisconnected === "not-found"
        ? endpoints.missing(request, "participant")
        : Result.succeed(found)
    )

  return [
    endpoints.get(operations.FetchRoomParticipantSubscribeRule, (request) =>
      Result.map(participant(request), WireBody.subscribeRules)
    ),
    endpoints.post(operations.UpdateRoomParticipantSubscribeRule, {
      find: participant,
      change: (found, { fields }, request) =>
        Result.gen(function* () {
          yield* endpoints.inRoom(request, found, assumptions.rulesInCompletedRoom)
          const text = fields.get(parameters.rules)
          if (text === null) {
            return assumptions.updateWithoutRules === "accept"
              ? WireBody.subscribeRules(found)
              : yield* Result.fail(rulesInvalid)
          }
          const rules = yield* Result.mapError(RuleForm.parse(assumptions, text), (problem) =>
            problem === "not-json" ? notJson : rulesInvalid
          )
          engine.setRules(found, rules)
          return WireBody.subscribeRules(found)
        })
    })
  ] as const
}
