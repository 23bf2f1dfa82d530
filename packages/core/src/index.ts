/**
 * All modules as namespaces. If bundle size matters, import modules by their own paths instead.
 *
 * @since 0.1.0
 */
export * as AccessToken from "./AccessToken.ts"
export * as ApiKey from "./ApiKey.ts"
export * as AuthToken from "./AuthToken.ts"
export * as Bulk from "./Bulk.ts"
export * as Environment from "./Environment.ts"
export * as InvalidCredentials from "./InvalidCredentials.ts"
export * as NameRules from "./NameRules.ts"
export * as NotFound from "./NotFound.ts"
export * as Page from "./Page.ts"
export * as Participant from "./Participant.ts"
export * as Participants from "./Participants.ts"
export * as PublishedTrack from "./PublishedTrack.ts"
export * as PublishedTracks from "./PublishedTracks.ts"
export * as Room from "./Room.ts"
export * as Rooms from "./Rooms.ts"
export * as Sid from "./Sid.ts"
export * as StatusCallback from "./StatusCallback.ts"
export * as StatusCallbackEvent from "./StatusCallbackEvent.ts"
export * as SubscribedTrack from "./SubscribedTrack.ts"
export * as SubscribedTracks from "./SubscribedTracks.ts"
export * as SubscribeRule from "./SubscribeRule.ts"
export * as SubscribeRules from "./SubscribeRules.ts"
export * as TwilioDate from "./TwilioDate.ts"
export * as TwilioError from "./TwilioError.ts"
