/**
 * The SubscribeRules contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Call from "../operation/Call.ts"
import * as Operations from "../wire/Operations.ts"
import * as Outcome from "../wire/Outcome.ts"
import * as Parameters from "../operation/Parameters.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const rulesTable: Parameters.Table<{ readonly rules: ReadonlyArray<SubscribeRule.SubscribeRule> }> = {
  rules: Parameters.rules
}

const fetch = Call.make({
  span: "SubscribeRules.fetch",
  operation: Operations.FetchRoomParticipantSubscribeRule,
  record: SubscribeRule.SubscribeRuleSetJson,
  outcome: Outcome.notFound
})

const update = Call.make({
  span: "SubscribeRules.update",
  operation: Operations.UpdateRoomParticipantSubscribeRule,
  record: SubscribeRule.SubscribeRuleSetJson,
  form: rulesTable,
  outcome: Outcome.either(Outcome.notFound, Outcome.invalidSubscribeRules)
})

export const make = (client: TwilioClient.TwilioClient): SubscribeRules.Service => ({
  fetch: (room, participant) => fetch(client, { room, participant }, undefined),
  update: (room, participant, rules) => update(client, { room, participant }, { rules })
})
