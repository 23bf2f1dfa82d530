/**
 * What the compiler must accept of the packages' types: by module and by index, with the Node-only entry points.
 */
import { Participants as ByIndex } from "@effect-twilio-video/core"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import { TwilioHttpClient as HttpByIndex } from "@effect-twilio-video/http"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import { Scenario } from "@effect-twilio-video/sandbox"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

// Both imports are the same service. Otherwise the layer would not provide one of them.
const both: Effect.Effect<string, TwilioError.TwilioError | Config.ConfigError> = Effect.gen(function* () {
  const byIndex = yield* ByIndex.Participants
  const tagOf = <E extends { readonly _tag: string }>(error: E): E["_tag"] => error._tag
  const tag: "NotFound" | "TwilioError" = yield* Participants.fetch("DailyStandup", "Alice").pipe(
    Effect.flip,
    Effect.map(tagOf),
    Effect.orElseSucceed(() => "NotFound" as const)
  )
  const disconnection = yield* byIndex.ensureDisconnected("DailyStandup", "Alice")
  return `${tag} ${disconnection._tag}`
}).pipe(Effect.provide(TwilioHttpClient.layerConfig(TwilioVideo.services).pipe(Layer.provide(FetchTransport.layer))))

export const programs = [
  both,
  Effect.provide(both, HttpByIndex.layerConfig(TwilioVideo.services).pipe(Layer.provide(UndiciTransport.layer))),
  SandboxServer.baseUrl.pipe(
    Effect.provide(
      SandboxServer.layer({ port: 0 }).pipe(Layer.provideMerge(Sandbox.layerControls(Scenario.defaultScenario)))
    )
  )
]

// The type includes the possible errors.
export const honest: typeof both extends Effect.Effect<string> ? never : true = true
