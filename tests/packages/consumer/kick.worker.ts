/**
 * A Worker as a user writes it: lists a room, removes a participant, and distinguishes a missing participant from an outage
 * by its response status.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

interface Env {
  readonly ACCOUNT_SID: string
  readonly AUTH_TOKEN: string
  readonly BASE_URL: string
}

const handle = Effect.fn(function* (method: string, room: string, identity: string) {
  if (method === "DELETE") {
    const removed = yield* Participants.disconnect(room, identity)
    return Response.json({ removed: removed.status })
  }
  const page = yield* Participants.list(room, { status: "connected" })
  const one = yield* Participants.fetch(room, identity)
  return Response.json({ connected: page.items.map((participant) => participant.identity), found: one.status })
})

export default {
  fetch: (request: Request, env: Env): Promise<Response> => {
    const [, room = "", identity = ""] = new URL(request.url).pathname.split("/")
    const Twilio = TwilioHttpClient.layer(TwilioVideo.services, {
      accountSid: env.ACCOUNT_SID,
      authToken: Redacted.make(env.AUTH_TOKEN),
      baseUrl: env.BASE_URL
    }).pipe(Layer.provide(FetchTransport.layer))
    return handle(request.method, room, identity).pipe(
      Effect.catchTags({
        NotFound: (error) => Effect.succeed(Response.json({ error: error.lookup }, { status: 404 })),
        TwilioError: (error) => Effect.succeed(Response.json({ error: error.reason._tag }, { status: 502 }))
      }),
      Effect.provide(Twilio),
      Effect.runPromise
    )
  }
}
