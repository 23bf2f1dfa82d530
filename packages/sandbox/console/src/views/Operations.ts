/**
 * The names of Twilio's operations, for filters and forms.
 */
import type { OperationName } from "../../../src/OperationName.ts"

const all: Readonly<Record<OperationName, true>> = {
  CreateRoom: true,
  ListRoom: true,
  FetchRoom: true,
  UpdateRoom: true,
  ListRoomParticipant: true,
  FetchRoomParticipant: true,
  UpdateRoomParticipant: true,
  UpdateRoomParticipantAnonymize: true,
  ListRoomParticipantPublishedTrack: true,
  FetchRoomParticipantPublishedTrack: true,
  ListRoomParticipantSubscribedTrack: true,
  FetchRoomParticipantSubscribedTrack: true,
  FetchRoomParticipantSubscribeRule: true,
  UpdateRoomParticipantSubscribeRule: true
}

export const operations: ReadonlyArray<string> = Object.keys(all)
