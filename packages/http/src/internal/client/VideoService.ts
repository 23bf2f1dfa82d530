/**
 * The services of Twilio Video as values, which a connection's layers build.
 */
import * as Context from "effect/Context"
import type * as Types from "effect/Types"
import type * as TwilioClient from "./TwilioClient.ts"

const TypeId = "~@effect-twilio-video/http/VideoService"

export interface VideoService<out Identifier> {
  readonly [TypeId]: Types.Covariant<Identifier>
}

/** What a `VideoService` is internally. */
interface Definition<Identifier> extends VideoService<Identifier> {
  readonly build: (client: TwilioClient.TwilioClient) => Context.Context<Identifier>
}

export const make = <Identifier, Service>(
  key: Context.Key<Identifier, Service>,
  makeService: (client: TwilioClient.TwilioClient) => Service
): VideoService<Identifier> => {
  const definition: Definition<Identifier> = {
    [TypeId]: (_: never) => _,
    build: (client) => Context.make(key, makeService(client))
  }
  return definition
}

/** Builds services on one client. */
export const build = (
  services: VideoService<unknown> | ReadonlyArray<VideoService<unknown>>,
  client: TwilioClient.TwilioClient
): Context.Context<never> =>
  Context.mergeAll(...[services].flat().map((service) => (service as Definition<unknown>).build(client)))
