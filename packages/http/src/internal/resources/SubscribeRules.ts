/**
 * The `SubscribeRules` service over HTTP.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as TwilioClient from "../client/TwilioClient.ts"
import * as Operation from "../operation/Operation.ts"
import * as Parameters from "../operation/Parameters.ts"
import * as Endpoints from "../wire/Endpoints.ts"
import * as ErrorMapper from "../wire/ErrorMapper.ts"

const updateParameters: Parameters.Encoders<{ readonly rules: ReadonlyArray<SubscribeRule.SubscribeRule> }> = {
  rules: Parameters.rules
}

const fetch = Operation.make({
  name: "SubscribeRules.fetch",
  endpoint: Endpoints.FetchRoomParticipantSubscribeRule,
  decode: SubscribeRule.decodeSetJson,
  mapError: ErrorMapper.notFound
})

const update = Operation.make({
  name: "SubscribeRules.update",
  endpoint: Endpoints.UpdateRoomParticipantSubscribeRule,
  decode: SubscribeRule.decodeSetJson,
  form: updateParameters,
  mapError: ErrorMapper.orElse(ErrorMapper.notFound, ErrorMapper.invalidSubscribeRules)
})

export const make = (client: TwilioClient.TwilioClient): SubscribeRules.Service => ({
  fetch: (room, participant) => fetch(client, { room, participant }, undefined),
  update: (room, participant, rules) => update(client, { room, participant }, { rules })
})
