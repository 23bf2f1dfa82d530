/**
 * Type tests of the layers: what they give, how they fail, what they need. Compiled by `pnpm check`, never run.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Config from "effect/Config"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { expectTypeOf } from "vitest"

expectTypeOf<ReturnType<typeof TwilioVideo.layer>>().toEqualTypeOf<
  Layer.Layer<Participants.Participants, TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf<ReturnType<typeof TwilioVideo.layerConfig>>().toEqualTypeOf<
  Layer.Layer<Participants.Participants, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient>
>()

const secret = Redacted.make("secret")

TwilioVideo.layer({ accountSid: "AC…", authToken: secret })
TwilioVideo.layer({ apiKeySid: "SK…", apiKeySecret: secret, region: "ie1", edge: "dublin", timeout: "10 seconds" })
// @ts-expect-error: a secret is redacted from the start.
TwilioVideo.layer({ accountSid: "AC…", authToken: "secret" })
// @ts-expect-error: a pair is a pair.
TwilioVideo.layer({ accountSid: "AC…", apiKeySecret: secret })
// @ts-expect-error: there are no requests without credentials.
TwilioVideo.layer({ region: "ie1" })
