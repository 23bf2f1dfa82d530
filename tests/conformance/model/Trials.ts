/**
 * What a step is on the sandbox and what it is on the model, side by side. What REST can do goes over the services, the
 * rest over the sandbox's controls. Plays no sequence, and knows no rule of Twilio's.
 */
import type * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Model from "./Model.ts"
import type * as Steps from "./Steps.ts"
import * as Views from "./Views.ts"

/** One thing to do on both sides. */
export interface Trial {
  readonly name: string
  readonly args: ReadonlyArray<unknown>
  /** It makes something, and the model is told the SID that the sandbox gave it. */
  readonly makes?: boolean
  readonly run: Effect.Effect<Model.Outcome>
  readonly model: (sid: string) => Model.Outcome
}

/** A list that is read by the page. */
interface Paged {
  readonly name: string
  readonly args: ReadonlyArray<unknown>
  readonly size: number
  readonly read: (
    pageToken: string | undefined
  ) => Effect.Effect<{ readonly views: ReadonlyArray<unknown>; readonly next: string | undefined }, Model.Refusal>
  readonly list: () => ReadonlyArray<Model.Item> | Model.Refusal
  /** Whose list it is: the SID that the room or the participant has now. */
  readonly owner: () => string
}

/** The place after a page. */
interface Place {
  readonly owner: string
  readonly token: string
  readonly after: number
}

/** What a sequence remembers. */
export interface Memory {
  world: Model.World
  /** The last page that was not the last of its list. */
  page?: { readonly paged: Paged; readonly place: Place } | undefined
  saved?: { readonly state: SandboxState.SandboxState; readonly world: Model.World }
}

// ---- addresses ----

const pickOf = <A>(items: ReadonlyArray<A>, pick: Steps.Pick): A | undefined => items[pick % items.length]

const roomText = (world: Model.World, address: Steps.RoomAddress): string => {
  if (address.by === "text") return address.text
  const open = address.among === "open" ? world.rooms.filter(Model.isOpen) : []
  const room = pickOf(open.length > 0 ? open : world.rooms, address.pick)
  if (room === undefined) return "nowhere"
  return address.by === "name" ? (room.name ?? room.sid) : room.sid
}

const everybody = (world: Model.World): ReadonlyArray<Model.Participant> =>
  world.rooms.flatMap((room) => room.participants)

const participantText = (world: Model.World, room: string, address: Steps.ParticipantAddress): string => {
  if (address.by === "text") return address.text
  const there = Model.findRoom(world, room)?.participants ?? []
  if (address.among === "elsewhere") {
    const others = everybody(world).filter((participant) => !there.includes(participant))
    return pickOf(others, address.pick)?.[address.by] ?? "nobody"
  }
  const meant = {
    live: Model.isLive,
    reconnecting: ({ status }: Model.Participant) => status === "reconnecting",
    publishing: ({ tracks }: Model.Participant) => tracks.length > 0,
    all: () => true
  }[address.among]
  const candidates = there.filter(meant)
  return pickOf(candidates.length > 0 ? candidates : there, address.pick)?.[address.by] ?? "nobody"
}

const tracksIn = (world: Model.World, room: string): ReadonlyArray<Model.Track> =>
  Model.findRoom(world, room)?.participants.flatMap((participant) => participant.tracks) ?? []

const trackText = (world: Model.World, room: string, participant: string, address: Steps.TrackAddress): string => {
  if (address.by === "text") return address.text
  const found = Model.findRoom(world, room)
  const own = (found && Model.findParticipant(found, participant))?.tracks ?? []
  const track = pickOf(address.among === "own" && own.length > 0 ? own : tracksIn(world, room), address.pick)
  return track?.[address.by] ?? (address.by === "sid" ? `MT${"0".repeat(32)}` : "nothing")
}

const textOf = (text: Steps.Text, candidates: ReadonlyArray<{ readonly sid: string }>): string =>
  Predicate.isString(text) ? text : (pickOf(candidates, text.sidOf)?.sid ?? "nobody")

const near = (
  near: Steps.Near | undefined,
  candidates: ReadonlyArray<{ readonly created: number }>
): number | undefined => near && (pickOf(candidates, near.pick)?.created ?? 0) + near.offset

/** The SID of the room, or of the participant in it, that this address finds now. */
const ownerOf = (world: Model.World, room: string, participant?: string): string => {
  const found = Model.findRoom(world, room)
  const owner = participant === undefined || found === undefined ? found : Model.findParticipant(found, participant)
  return owner?.sid ?? "nobody"
}

/** Without the members that are undefined. */
const given = <A extends object>(members: A): { readonly [K in keyof A]: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never // As the type says.

const ruleOf = (world: Model.World, room: string, draft: Steps.RuleDraft): Model.Rule => {
  const people = Model.findRoom(world, room)?.participants ?? []
  return {
    ...draft,
    ...(draft.publisher === undefined ? {} : { publisher: textOf(draft.publisher, people) }),
    ...(draft.track === undefined ? {} : { track: textOf(draft.track, tracksIn(world, room)) })
  } as Model.Rule // The drafts of both have become texts.
}

const sendable = (address: string): string => (Model.isUnsendable(address) ? "nobody" : address)

// ---- outcomes ----

const outcome = <A, E extends Views.Failure>(
  effect: Effect.Effect<A, E>,
  view: (value: A) => unknown
): Effect.Effect<Model.Outcome> =>
  Effect.match(effect, { onFailure: Views.refusal, onSuccess: (value) => ({ value: view(value) }) })

const foreignToken: Model.Refusal = { error: "TwilioError InvalidRequest", code: 21481 }

const unsent: Model.Refusal = { error: "TwilioError InvalidArgument", code: undefined }

const views = (items: ReadonlyArray<Model.Item> | Model.Refusal): Model.Outcome =>
  Model.isRefusal(items) ? items : { value: items.map((item) => item.view) }

// ---- the two sides ----

const makers: ReadonlySet<string> = new Set(["createRoom", "openRoom", "join", "publish"])

export const make = Effect.gen(function* () {
  const rooms = yield* Rooms.Rooms
  const participants = yield* Participants.Participants
  const publishedTracks = yield* PublishedTracks.PublishedTracks
  const subscribedTracks = yield* SubscribedTracks.SubscribedTracks
  const subscribeRules = yield* SubscribeRules.SubscribeRules
  const sandbox = yield* Sandbox.Sandbox
  const http = yield* HttpClient.HttpClient
  const { accountSid, authToken } = sandbox.credentials
  const decodeRules = Schema.decodeUnknownEffect(SubscribeRule.SubscribeRuleSetJson)

  const sendRules = (room: string, participant: string, text: string): Effect.Effect<Model.Outcome> => {
    const path = [room, "Participants", participant, "SubscribeRules"].map(encodeURIComponent).join("/")
    const request = HttpClientRequest.post(`https://video.twilio.com/v1/Rooms/${path}`).pipe(
      HttpClientRequest.basicAuth(accountSid, authToken),
      HttpClientRequest.bodyText(`Rules=${encodeURIComponent(text)}`, "application/x-www-form-urlencoded")
    )
    return Effect.gen(function* () {
      const response = yield* http.execute(request)
      const body = yield* response.json
      if (response.status === 200) return { value: Views.rules(yield* decodeRules(body)) }
      return {
        error: `HTTP ${response.status}`,
        code: Predicate.hasProperty(body, "code") ? Number(body.code) : undefined
      }
    }).pipe(Effect.orDie)
  }

  const pageTrial = (memory: Memory, paged: Paged, place?: Place): Trial => {
    let token: string | undefined
    return {
      name: place === undefined ? paged.name : "turnPage",
      args: place === undefined ? paged.args : [...paged.args, paged.name],
      run: Effect.match(paged.read(place?.token), {
        onFailure: (refusal): Model.Outcome => refusal,
        onSuccess: ({ next, views }) => {
          token = next
          return { value: { views, more: next !== undefined } }
        }
      }),
      model: () => {
        const items = paged.list()
        if (Model.isRefusal(items)) return items
        const owner = paged.owner()
        if (place !== undefined && place.owner !== owner) return foreignToken
        const left = place === undefined ? items : items.filter((item) => item.order < place.after)
        const page = left.slice(0, paged.size)
        const last = page.at(-1)
        const more = left.length > page.length
        if (more && last !== undefined && token !== undefined) {
          memory.page = { paged, place: { owner, token, after: last.order } }
        }
        return { value: { views: page.map((item) => item.view), more } }
      }
    }
  }

  interface Listing<A, E> {
    readonly name: string
    readonly args: ReadonlyArray<unknown>
    readonly reading: Steps.Reading
    readonly page: (options: Page.ListOptions) => Effect.Effect<Page.Page<A>, E>
    readonly stream: (options: Page.StreamOptions) => Stream.Stream<A, E>
    readonly view: (item: A) => unknown
    readonly list: Paged["list"]
    readonly owner: Paged["owner"]
  }

  const listing = <A, E extends Views.Failure>(
    memory: Memory,
    { args, list, name, owner, page, reading, stream, view }: Listing<A, E>
  ): Trial => {
    const { how, pageSize } = reading
    const expected = () => (pageSize === 0 ? unsent : list())
    const told = [...args, reading]
    if (how === "stream") {
      return {
        name,
        args: told,
        run: outcome(Stream.runCollect(stream({ pageSize })), (items) => items.map(view)),
        model: () => views(expected())
      }
    }
    return pageTrial(memory, {
      name,
      args: told,
      size: pageSize ?? 50,
      read: (pageToken) =>
        Effect.mapBoth(page({ pageSize, pageToken }), {
          onFailure: Views.refusal,
          onSuccess: ({ items, nextPageToken }) => ({
            views: items.map(view),
            next: Option.getOrUndefined(nextPageToken)
          })
        }),
      list: expected,
      owner
    })
  }

  const readAll: Steps.Reading = { how: "page", pageSize: 1000 }

  const listRooms = (memory: Memory, filters: Model.RoomFilters, reading: Steps.Reading): Trial =>
    listing(memory, {
      name: "listRooms",
      args: [filters],
      reading,
      page: (options) => rooms.list({ ...filters, ...options }),
      stream: (options) => rooms.stream({ ...filters, ...options }),
      view: Views.room,
      list: () => Model.listRooms(memory.world, filters),
      owner: () => accountSid
    })

  const listParticipants = (
    memory: Memory,
    room: string,
    filters: Model.ParticipantFilters,
    reading: Steps.Reading
  ): Trial =>
    listing(memory, {
      name: "listParticipants",
      args: [room, filters],
      reading,
      page: (options) => participants.list(room, { ...filters, ...options }),
      stream: (options) => participants.stream(room, { ...filters, ...options }),
      view: Views.participant,
      list: () => Model.listParticipants(memory.world, room, filters),
      owner: () => ownerOf(memory.world, room)
    })

  const listPublished = (memory: Memory, room: string, participant: string, reading: Steps.Reading): Trial =>
    listing(memory, {
      name: "listPublished",
      args: [room, participant],
      reading,
      page: (options) => publishedTracks.list(room, participant, options),
      stream: (options) => publishedTracks.stream(room, participant, options),
      view: Views.published,
      list: () => Model.listPublished(memory.world, room, participant),
      owner: () => ownerOf(memory.world, room, participant)
    })

  const listSubscribed = (memory: Memory, room: string, participant: string, reading: Steps.Reading): Trial =>
    listing(memory, {
      name: "listSubscribed",
      args: [room, participant],
      reading,
      page: (options) => subscribedTracks.list(room, participant, options),
      stream: (options) => subscribedTracks.stream(room, participant, options),
      view: Views.subscribed,
      list: () => Model.listSubscribed(memory.world, room, participant),
      // What others of the room are subscribed to are the same tracks: a place among them is one there too.
      owner: () => ownerOf(memory.world, room)
    })

  const fetchRoom = ({ world }: Memory, room: string): Trial => ({
    name: "fetchRoom",
    args: [room],
    run: outcome(rooms.fetch(room), Views.room),
    model: () => Model.fetchRoom(world, room)
  })

  const fetchParticipant = ({ world }: Memory, room: string, participant: string): Trial => ({
    name: "fetchParticipant",
    args: [room, participant],
    run: outcome(participants.fetch(room, participant), Views.participant),
    model: () => Model.fetchParticipant(world, room, participant)
  })

  const fetchRules = ({ world }: Memory, room: string, participant: string): Trial => ({
    name: "fetchRules",
    args: [room, participant],
    run: outcome(subscribeRules.fetch(room, participant), Views.rules),
    model: () => Model.fetchRules(world, room, participant)
  })

  const turnPage = (memory: Memory, step: Extract<Steps.Step, { readonly do: "turnPage" }>): Trial | undefined => {
    const { page, world } = memory
    if (page === undefined) return undefined
    const { paged, place } = page
    if (!step.elsewhere || paged.name !== "listParticipants") return pageTrial(memory, paged, place)
    const room = pickOf(
      world.rooms.filter(({ sid }) => sid !== place.owner),
      step.pick
    )
    if (room === undefined) return undefined
    return {
      name: "turnPage elsewhere",
      args: [room.sid],
      run: outcome(participants.list(room.sid, { pageToken: place.token }), () => "a page"),
      model: () => foreignToken
    }
  }

  const passTo = (memory: Memory, name: "pass" | "passToTimeout", to: number): Trial => ({
    name,
    args: [new Date(to).toISOString()],
    run: Effect.as(TestClock.setTime(to), { value: null }),
    model: () => {
      Model.advance(memory.world, to)
      return { value: null }
    }
  })

  const load = (memory: Memory, times: "move" | "keep"): Trial => {
    const saved = memory.saved
    return {
      name: `load ${times}`,
      args: [],
      run: outcome(
        Effect.flatMap(saved === undefined ? sandbox.exportState : Effect.succeed(saved.state), (state) =>
          sandbox.importState(state, { times })
        ),
        () => null
      ),
      model: () => {
        const { happened, now } = memory.world
        const world = structuredClone(saved?.world ?? memory.world)
        memory.world = { ...(times === "keep" ? world : Model.moved(world, now - world.now)), happened }
        Model.advance(memory.world, now)
        memory.page = undefined
        return { value: null }
      }
    }
  }

  const save = (memory: Memory): Trial => ({
    name: "save",
    args: [],
    run: outcome(
      Effect.map(sandbox.exportState, (state) => {
        // As it would be on a disk meanwhile.
        memory.saved = { state: JSON.parse(JSON.stringify(state)), world: structuredClone(memory.world) }
      }),
      () => null
    ),
    model: () => ({ value: null })
  })

  /** What a step is, with those that it is about as they are called now; nothing where there is nothing to do. */
  const trialOf = (memory: Memory, step: Steps.Step): Trial | undefined => {
    const { world } = memory
    const trial = (args: ReadonlyArray<unknown>, run: Effect.Effect<Model.Outcome>, model: Trial["model"]): Trial => ({
      name: step.do,
      args,
      makes: makers.has(step.do),
      run,
      model
    })

    switch (step.do) {
      case "pass":
        return passTo(memory, step.do, world.now + step.millis)
      case "passToTimeout": {
        const at = Model.nextDeadline(world)
        return at === undefined ? undefined : passTo(memory, step.do, Math.max(world.now, at + step.offset))
      }
      case "save":
        return save(memory)
      case "load":
        return load(memory, step.times)
      case "turnPage":
        return turnPage(memory, step)
      case "createRoom":
        return trial([step.creation], outcome(rooms.create(step.creation), Views.room), (sid) =>
          Model.createRoom(world, sid, step.creation)
        )
      case "openRoom":
        return trial([step.creation], outcome(sandbox.openRoom(step.creation), Views.room), (sid) =>
          Model.openRoom(world, sid, step.creation)
        )
      case "listRooms": {
        const { after, before, status, text } = step.filters
        const filters = given({
          status,
          uniqueName: text === undefined ? undefined : textOf(text, world.rooms),
          dateCreatedAfter: near(after, world.rooms),
          dateCreatedBefore: near(before, world.rooms)
        })
        return listRooms(memory, filters, step.reading)
      }
    }

    const room = roomText(world, step.room)
    switch (step.do) {
      case "completeRoom":
        return trial([room], outcome(rooms.complete(room), Views.room), () => Model.completeRoom(world, room))
      case "completeRoomByControl":
        return trial([room], outcome(sandbox.completeRoom(room), Views.room), () =>
          Model.completeRoomByControl(world, room)
        )
      case "fetchRoom":
        return fetchRoom(memory, room)
      case "join": {
        const { automaticSubscription } = step
        const identity = textOf(step.identity, everybody(world))
        return trial(
          [room, identity, automaticSubscription],
          outcome(sandbox.join(room, identity, { automaticSubscription }), Views.participant),
          (sid) => Model.join(world, sid, room, identity, automaticSubscription)
        )
      }
      case "listParticipants": {
        const { after, before, status, text } = step.filters
        const people = Model.findRoom(world, room)?.participants ?? []
        const filters = given({
          status,
          identity: text === undefined ? undefined : textOf(text, people),
          dateCreatedAfter: near(after, people),
          dateCreatedBefore: near(before, people)
        })
        return listParticipants(memory, room, filters, step.reading)
      }
    }

    const who = participantText(world, room, step.participant)
    switch (step.do) {
      case "leave":
      case "loseConnection":
      case "regainConnection": {
        const move = step.do
        return trial([room, who], outcome(sandbox[move](room, who), Views.participant), () =>
          Model.move(world, move, room, who)
        )
      }
      case "fetchParticipant":
        return fetchParticipant(memory, room, who)
      case "disconnect":
        return trial([room, who], outcome(participants.disconnect(room, who), Views.participant), () =>
          Model.update(world, room, who, "disconnected")
        )
      case "ensureDisconnected":
        return trial([room, who], outcome(participants.ensureDisconnected(room, who), Views.disconnection), () =>
          Model.ensureDisconnected(world, room, who)
        )
      case "update": {
        const { status } = step
        return trial([room, who, status], outcome(participants.update(room, who, { status }), Views.participant), () =>
          Model.update(world, room, who, status)
        )
      }
      case "anonymize":
        return trial([room, who], outcome(participants.anonymize(room, who), Views.anonymized), () =>
          Model.anonymize(world, room, who)
        )
      case "publish":
        return trial(
          [room, who, step.publication],
          outcome(sandbox.publishTrack(room, who, step.publication), Views.published),
          (sid) => Model.publish(world, sid, room, who, step.publication)
        )
      case "listPublished":
        return listPublished(memory, room, who, step.reading)
      case "listSubscribed":
        return listSubscribed(memory, room, who, step.reading)
      case "fetchRules":
        return fetchRules(memory, room, who)
      case "updateRules": {
        const rules = step.rules.map((draft) => ruleOf(world, room, draft))
        // A step has one rule at least, and no rule has `all` beside another filter.
        const sent = rules as unknown as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>
        return trial([room, who, rules], outcome(subscribeRules.update(room, who, sent), Views.rules), () =>
          Model.updateRules(world, room, who, rules)
        )
      }
      case "sendRules": {
        const { rules, text } = step
        const [where, whose] = [sendable(room), sendable(who)]
        return trial([where, whose, text], sendRules(where, whose, text), () => {
          const expected = Model.updateRules(world, where, whose, rules)
          if (!Model.isRefusal(expected)) return expected
          return { error: `HTTP ${expected.code === 20404 ? 404 : 400}`, code: expected.code }
        })
      }
    }

    const track = trackText(world, room, who, step.track)
    switch (step.do) {
      case "unpublishTrack":
      case "enableTrack":
      case "disableTrack": {
        const change = step.do
        return trial([room, who, track], outcome(sandbox[change](room, who, track), Views.published), () =>
          Model.changeTrack(world, change, room, who, track)
        )
      }
      case "fetchPublished":
        return trial([room, who, track], outcome(publishedTracks.fetch(room, who, track), Views.published), () =>
          Model.fetchPublished(world, room, who, track)
        )
      case "fetchSubscribed":
        return trial([room, who, track], outcome(subscribedTracks.fetch(room, who, track), Views.subscribed), () =>
          Model.fetchSubscribed(world, room, who, track)
        )
    }
  }

  /** Everything that can be seen of a room, or which rooms there are. */
  const checksOf = (world: Model.World, room: Model.Room | undefined): Arr.NonEmptyReadonlyArray<Trial> => {
    // The pages that a check reads are not for a step to turn.
    const memory = { world }
    const rooms = (status: string) => listRooms(memory, { status }, readAll)
    if (room === undefined) return [rooms("in-progress"), rooms("completed")]
    return [
      fetchRoom(memory, room.sid),
      ...(room.name === undefined ? [] : [fetchRoom(memory, room.name)]),
      ...[undefined, "connected", "reconnecting", "disconnected"].map((status) =>
        listParticipants(memory, room.sid, given({ status }), readAll)
      ),
      // One of the identities that many have, and some of them no longer.
      listParticipants(memory, room.sid, { identity: "Alice" }, readAll),
      ...room.participants.flatMap(({ identity, sid }) => [
        fetchParticipant(memory, room.sid, identity),
        listPublished(memory, room.sid, sid, readAll),
        listSubscribed(memory, room.sid, sid, readAll),
        fetchRules(memory, room.sid, sid)
      ])
    ]
  }

  /** Back to an account without rooms. */
  const { reset } = sandbox

  return { accountSid, reset, trialOf, checksOf }
})

export type Trials = Effect.Success<typeof make>
