/**
 * Every module of the package as a namespace. On the edge, import modules by their own paths: bundlers drop more.
 *
 * @since 0.1.0
 */
export * as AnonymizedParticipant from "./AnonymizedParticipant.ts"
export * as Disconnection from "./Disconnection.ts"
export * as Exchange from "./Exchange.ts"
export * as NotFound from "./NotFound.ts"
export * as Page from "./Page.ts"
export * as Participant from "./Participant.ts"
export * as Participants from "./Participants.ts"
export * as ParticipantStatus from "./ParticipantStatus.ts"
export * as Sid from "./Sid.ts"
export * as TwilioDate from "./TwilioDate.ts"
export * as TwilioError from "./TwilioError.ts"
