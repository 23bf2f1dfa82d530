/**
 * Builds the services of Twilio Video that are given to a connection's layers.
 */
import * as Context from "effect/Context"
import type * as Types from "effect/Types"
import type * as TwilioClient from "./TwilioClient.ts"

const TypeId = "~@effect-twilio-video/http/VideoService"

/** What a `TwilioConnection.VideoService` is internally. */
interface Definition<out Identifier> {
  readonly [TypeId]: Types.Covariant<Identifier>
  readonly build: (client: TwilioClient.TwilioClient) => Context.Context<never>
}

/** What a caller sees of a definition: `TwilioConnection.VideoService`. */
export type VideoService = Pick<Definition<unknown>, typeof TypeId>

export const make = <Identifier, Service>(
  key: Context.Key<Identifier, Service>,
  makeService: (client: TwilioClient.TwilioClient) => Service
): Definition<Identifier> => ({
  [TypeId]: (_: never) => _,
  build: (client) => Context.make(key, makeService(client))
})

/** Builds services on one client. */
export const build = (
  services: VideoService | ReadonlyArray<VideoService>,
  client: TwilioClient.TwilioClient
): Context.Context<never> =>
  Context.mergeAll(...[services].flat().map((service) => (service as Definition<unknown>).build(client)))
