/**
 * Resolves what a step refers to ("the third live participant") to a name or SID that exists in the model now.
 */
import * as Predicate from "effect/Predicate"
import * as Model from "./Model.ts"
import type * as Steps from "./Steps.ts"

export const pickOf = <A>(items: ReadonlyArray<A>, pick: Steps.Pick): A | undefined => items[pick % items.length]

export const room = (model: Model.State, address: Steps.RoomAddress): string => {
  if (address.by === "text") return address.text
  const open = address.among === "open" ? model.rooms.filter(Model.isOpen) : []
  const room = pickOf(open.length > 0 ? open : model.rooms, address.pick)
  if (room === undefined) return "nowhere"
  return address.by === "name" ? (room.name ?? room.sid) : room.sid
}

export const everybody = (model: Model.State): ReadonlyArray<Model.Participant> =>
  model.rooms.flatMap((room) => room.participants)

export const participant = (model: Model.State, room: string, address: Steps.ParticipantAddress): string => {
  if (address.by === "text") return address.text
  const inRoom = Model.findRoom(model, room)?.participants ?? []
  if (address.among === "elsewhere") {
    const others = everybody(model).filter((participant) => !inRoom.includes(participant))
    return pickOf(others, address.pick)?.[address.by] ?? "nobody"
  }
  const matches = {
    live: Model.isLive,
    reconnecting: ({ status }: Model.Participant) => status === "reconnecting",
    publishing: ({ tracks }: Model.Participant) => tracks.length > 0,
    all: () => true
  }[address.among]
  const candidates = inRoom.filter(matches)
  return pickOf(candidates.length > 0 ? candidates : inRoom, address.pick)?.[address.by] ?? "nobody"
}

const tracksIn = (model: Model.State, room: string): ReadonlyArray<Model.Track> =>
  Model.findRoom(model, room)?.participants.flatMap((participant) => participant.tracks) ?? []

export const track = (model: Model.State, room: string, participant: string, address: Steps.TrackAddress): string => {
  if (address.by === "text") return address.text
  const found = Model.findRoom(model, room)
  const own = (found && Model.findParticipant(found, participant))?.tracks ?? []
  const track = pickOf(address.among === "own" && own.length > 0 ? own : tracksIn(model, room), address.pick)
  return track?.[address.by] ?? (address.by === "sid" ? `MT${"0".repeat(32)}` : "nothing")
}

export const text = (text: Steps.Text, candidates: ReadonlyArray<{ readonly sid: string }>): string =>
  Predicate.isString(text) ? text : (pickOf(candidates, text.sidOf)?.sid ?? "nobody")

/** The date filters, near the creation of one of the candidates. */
export const dates = ({ after, before }: Steps.Filters, candidates: ReadonlyArray<{ readonly created: number }>) => {
  const millis = (near: Steps.Near | undefined) => near && (pickOf(candidates, near.pick)?.created ?? 0) + near.offset
  return { dateCreatedAfter: millis(after), dateCreatedBefore: millis(before) }
}

/** The SID of the room, or of the participant in it, that an address finds now. */
export const owner = (model: Model.State, room: string, participant?: string): string => {
  const found = Model.findRoom(model, room)
  const owner = participant === undefined || found === undefined ? found : Model.findParticipant(found, participant)
  return owner?.sid ?? "nobody"
}

export const rule = (model: Model.State, room: string, draft: Steps.RuleDraft): Model.Rule => {
  const participants = Model.findRoom(model, room)?.participants ?? []
  return {
    ...draft,
    ...(draft.publisher === undefined ? {} : { publisher: text(draft.publisher, participants) }),
    ...(draft.track === undefined ? {} : { track: text(draft.track, tracksIn(model, room)) })
  } as Model.Rule // The drafts of both have become texts.
}

/** An address that a URL can carry. */
export const sendable = (address: string): string => (Model.isUnsendable(address) ? "nobody" : address)
