/**
 * The changes that the room engine reports to its listener and to the request log.
 */
import type * as OperationName from "../../OperationName.ts"
import type { ParticipantRecord, RoomRecord, TrackRecord } from "./Records.ts"

export type Change =
  | { readonly type: "room-created" | "room-completed"; readonly room: RoomRecord }
  | {
      readonly type:
        | "participant-connected"
        | "participant-disconnected"
        | "participant-reconnecting"
        | "participant-reconnected"
        | "participant-anonymized"
        | "subscribe-rules-replaced"
      readonly participant: ParticipantRecord
    }
  | {
      readonly type: "track-published" | "track-unpublished" | "track-enabled" | "track-disabled"
      readonly track: TrackRecord
    }

export type Listener = (change: Change) => void

/** Collects the changes of one request. */
export interface Recorder {
  readonly id: string
  readonly operation: OperationName.OperationName | undefined
  readonly addChange: Listener
}
