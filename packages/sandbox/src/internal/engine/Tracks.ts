/**
 * Publishes, unpublishes, enables and disables tracks.
 */
import * as NameRules from "@effect-twilio-video/core/NameRules"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as SandboxService from "../../SandboxService.ts"
import * as Records from "./Records.ts"
import type { RoomEngine } from "./RoomEngine.ts"

type TrackRecord = Records.TrackRecord

const nameProblems = {
  empty: "invalid-track",
  "not-unicode": "track-name-not-unicode",
  "too-long": "track-name-too-long"
} as const

/** Over HTTP, `kind` may be any text. */
export type Publication = Omit<SandboxService.Publication, "kind"> & { readonly kind: string }

export const publish = (
  engine: RoomEngine,
  publisher: Records.ParticipantRecord,
  { enabled = true, kind, name }: Publication
): Result.Result<TrackRecord, SandboxError.SandboxError> => {
  if (publisher.status === "disconnected") return SandboxError.fail("not-connected")
  if (!PublishedTrack.isKnownKind(kind)) return SandboxError.fail("invalid-track")
  if (name !== undefined) {
    const problem = NameRules.nameProblem(name)
    if (problem !== undefined) return SandboxError.fail(nameProblems[problem])
    if (publisher.tracks.some((track) => track.name === name)) return SandboxError.fail("track-exists")
  }
  const { room } = publisher
  const sid = engine.store.trackSid()
  const track = new Records.TrackRecord({
    sid,
    publisher,
    position: room.tracks.length,
    name: name ?? sid,
    kind,
    created: engine.timeIn(room),
    enabled
  })
  room.tracks.push(track)
  room.published.set(sid, track)
  publisher.tracks.push(track)
  engine.store.tracks.set(sid, track)
  engine.report({ type: "track-published", track })
  return Result.succeed(track)
}

export const unpublish = (engine: RoomEngine, track: TrackRecord): TrackRecord => {
  const { publisher } = track
  track.unpublished = engine.timeIn(publisher.room)
  publisher.room.published.delete(track.sid)
  publisher.tracks.splice(publisher.tracks.indexOf(track), 1)
  engine.report({ type: "track-unpublished", track })
  return track
}

export const setEnabled = (engine: RoomEngine, track: TrackRecord, enabled: boolean): TrackRecord => {
  if (track.enabled !== enabled) {
    track.updated = engine.timeIn(track.publisher.room)
    track.enabled = enabled
    engine.report({ type: enabled ? "track-enabled" : "track-disabled", track })
  }
  return track
}
