/**
 * The commands that read lists: as one stream, or page by page.
 */
import type * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Addresses from "./Addresses.ts"
import * as Command from "./Command.ts"
import * as Model from "./Model.ts"
import type * as Steps from "./Steps.ts"
import * as Views from "./Views.ts"

/** Twilio's error for a page token of another list. */
const foreignToken: Model.Failure = { error: "TwilioError InvalidRequest", code: 21481 }

const notSent: Model.Failure = { error: "TwilioError InvalidArgument", code: undefined }

const pageAfter = (memory: Command.Memory, list: Command.PagedList, cursor?: Command.Cursor): Command.Command => {
  let token: string | undefined
  return {
    name: cursor === undefined ? list.name : "turnPage",
    args: cursor === undefined ? list.args : [...list.args, list.name],
    run: Effect.match(list.read(cursor?.token), {
      onFailure: (failure): Model.Result => failure,
      onSuccess: ({ next, views }) => {
        token = next
        return { value: { views, more: next !== undefined } }
      }
    }),
    model: () => {
      const items = list.list()
      if (Model.isFailure(items)) return items
      const owner = list.owner()
      if (cursor !== undefined && cursor.owner !== owner) return foreignToken
      const left = cursor === undefined ? items : items.filter((item) => item.order < cursor.after)
      const page = left.slice(0, list.size)
      const last = page.at(-1)
      const more = left.length > page.length
      if (more && last !== undefined && token !== undefined) {
        memory.page = { list, cursor: { owner, token, after: last.order } }
      }
      return { value: { views: page.map((item) => item.view), more } }
    }
  }
}

interface Source<A, E> {
  readonly name: string
  readonly args: ReadonlyArray<unknown>
  readonly reading: Steps.Reading
  readonly page: (options: Page.ListOptions) => Effect.Effect<Page.Page<A>, E, Command.Services>
  readonly stream: (options: Page.StreamOptions) => Stream.Stream<A, E, Command.Services>
  readonly view: (item: A) => unknown
  readonly list: Command.PagedList["list"]
  readonly owner: Command.PagedList["owner"]
}

const read = <A, E extends Views.Failure>(
  memory: Command.Memory,
  { args, list, name, owner, page, reading, stream, view }: Source<A, E>
): Command.Command => {
  const { how, pageSize } = reading
  const expected = () => (pageSize === 0 ? notSent : list())
  if (how === "stream") {
    return {
      name,
      args: [...args, reading],
      run: Command.result(Stream.runCollect(stream({ pageSize })), (items) => items.map(view)),
      model: () => {
        const items = expected()
        return Model.isFailure(items) ? items : { value: items.map((item) => item.view) }
      }
    }
  }
  return pageAfter(memory, {
    name,
    args: [...args, reading],
    size: pageSize ?? 50,
    read: (pageToken) =>
      Effect.mapBoth(page({ pageSize, pageToken }), {
        onFailure: Views.failure,
        onSuccess: ({ items, nextPageToken }) => ({
          views: items.map(view),
          next: Option.getOrUndefined(nextPageToken)
        })
      }),
    list: expected,
    owner
  })
}

export const rooms = (memory: Command.Memory, filters: Model.RoomFilters, reading: Steps.Reading): Command.Command =>
  read(memory, {
    name: "listRooms",
    args: [filters],
    reading,
    page: (options) => Rooms.list({ ...filters, ...options }),
    stream: (options) => Rooms.stream({ ...filters, ...options }),
    view: Views.room,
    list: () => Model.listRooms(memory.model, filters),
    owner: () => memory.model.accountSid
  })

export const participants = (
  memory: Command.Memory,
  room: string,
  filters: Model.ParticipantFilters,
  reading: Steps.Reading
): Command.Command =>
  read(memory, {
    name: "listParticipants",
    args: [room, filters],
    reading,
    page: (options) => Participants.list(room, { ...filters, ...options }),
    stream: (options) => Participants.stream(room, { ...filters, ...options }),
    view: Views.participant,
    list: () => Model.listParticipants(memory.model, room, filters),
    owner: () => Addresses.owner(memory.model, room)
  })

export const published = (
  memory: Command.Memory,
  room: string,
  participant: string,
  reading: Steps.Reading
): Command.Command =>
  read(memory, {
    name: "listPublished",
    args: [room, participant],
    reading,
    page: (options) => PublishedTracks.list(room, participant, options),
    stream: (options) => PublishedTracks.stream(room, participant, options),
    view: Views.published,
    list: () => Model.listPublished(memory.model, room, participant),
    owner: () => Addresses.owner(memory.model, room, participant)
  })

export const subscribed = (
  memory: Command.Memory,
  room: string,
  participant: string,
  reading: Steps.Reading
): Command.Command =>
  read(memory, {
    name: "listSubscribed",
    args: [room, participant],
    reading,
    page: (options) => SubscribedTracks.list(room, participant, options),
    stream: (options) => SubscribedTracks.stream(room, participant, options),
    view: Views.subscribed,
    list: () => Model.listSubscribed(memory.model, room, participant),
    // Page tokens of a room's subscribers are interchangeable: the items are the same tracks.
    owner: () => Addresses.owner(memory.model, room)
  })

/** The next page of the last list, perhaps with its token in another room. Nothing to do if no page follows. */
export const turnPage = (
  memory: Command.Memory,
  step: Extract<Steps.Step, { readonly do: "turnPage" }>
): Command.Command | undefined => {
  const { model, page } = memory
  if (page === undefined) return undefined
  const { cursor, list } = page
  if (!step.elsewhere || list.name !== "listParticipants") return pageAfter(memory, list, cursor)
  const others = model.rooms.filter(({ sid }) => sid !== cursor.owner)
  const room = Addresses.pickOf(others, step.pick)
  if (room === undefined) return undefined
  return {
    name: "turnPage elsewhere",
    args: [room.sid],
    run: Command.result(Participants.list(room.sid, { pageToken: cursor.token }), () => "a page"),
    model: () => foreignToken
  }
}
