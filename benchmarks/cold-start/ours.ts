/**
 * Fetches a participant with this library, with its default retries, quota and checks.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

export const call = (baseUrl: string, accountSid: string, authToken: string): Promise<string> =>
  Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Alice")).pipe(
    Effect.map((participant) => participant.identity),
    Effect.provide(
      TwilioConnection.layerFetch(TwilioVideo.participants, {
        accountSid,
        authToken: Redacted.make(authToken),
        baseUrl
      })
    ),
    Effect.runPromise
  )
