/**
 * Turns a step into a command. What the REST API can do goes through the services, everything else through the
 * sandbox's controls.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Addresses from "./Addresses.ts"
import * as Command from "./Command.ts"
import * as Lists from "./Lists.ts"
import * as Model from "./Model.ts"
import type * as Steps from "./Steps.ts"
import * as Views from "./Views.ts"

type StepNamed<Name extends Steps.Step["do"]> = Extract<Steps.Step, { readonly do: Name }>
type RoomStep = Exclude<Extract<Steps.Step, { readonly room: unknown }>, { readonly participant: unknown }>
type TrackStep = Extract<Steps.Step, { readonly track: unknown }>
type ParticipantStep = Exclude<Extract<Steps.Step, { readonly participant: unknown }>, TrackStep>
type AccountStep = Exclude<Steps.Step, RoomStep | ParticipantStep | TrackStep>

/** Without the members that are undefined. */
const defined = <A extends object>(members: A): { readonly [K in keyof A]: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never // As the type says.

const creating: ReadonlySet<string> = new Set(["createRoom", "openRoom", "join", "publish"])

const command = (
  { do: name }: Steps.Step,
  args: ReadonlyArray<unknown>,
  run: Command.Run,
  model: Command.Command["model"]
): Command.Command => ({ name, args, creates: creating.has(name), run, model })

const control = <A, E>(use: (sandbox: Sandbox.Service) => Effect.Effect<A, E>) => Sandbox.Sandbox.use(use)

// ---- the account ----

const passTo = (memory: Command.Memory, name: "pass" | "passToTimeout", to: number): Command.Command => ({
  name,
  args: [new Date(to).toISOString()],
  run: Effect.as(TestClock.setTime(to), { value: null }),
  model: () => {
    Model.advance(memory.model, to)
    return { value: null }
  }
})

const save = (memory: Command.Memory): Command.Command => ({
  name: "save",
  args: [],
  run: Command.result(
    Effect.map(
      control((sandbox) => sandbox.exportState),
      (state) => {
        // A round trip through JSON, as through a file.
        memory.saved = { sandbox: JSON.parse(JSON.stringify(state)), model: structuredClone(memory.model) }
      }
    ),
    () => null
  ),
  model: () => ({ value: null })
})

const load = (memory: Command.Memory, { times }: StepNamed<"load">): Command.Command => {
  const { saved } = memory
  return {
    name: `load ${times}`,
    args: [],
    run: Command.result(
      control((sandbox) =>
        Effect.flatMap(saved === undefined ? sandbox.exportState : Effect.succeed(saved.sandbox), (state) =>
          sandbox.importState(state, { times })
        )
      ),
      () => null
    ),
    model: () => {
      const { endings, now } = memory.model
      const loaded = structuredClone(saved?.model ?? memory.model)
      memory.model = { ...(times === "keep" ? loaded : Model.shifted(loaded, now - loaded.now)), endings }
      Model.advance(memory.model, now)
      memory.page = undefined
      return { value: null }
    }
  }
}

const listRooms = (memory: Command.Memory, { filters, reading }: StepNamed<"listRooms">): Command.Command => {
  const { rooms } = memory.model
  const { status, text } = filters
  const uniqueName = text === undefined ? undefined : Addresses.text(text, rooms)
  return Lists.rooms(memory, defined({ status, uniqueName, ...Addresses.dates(filters, rooms) }), reading)
}

const ofAccount = (memory: Command.Memory, step: AccountStep): Command.Command | undefined => {
  const { model } = memory
  switch (step.do) {
    case "pass":
      return passTo(memory, step.do, model.now + step.millis)
    case "passToTimeout": {
      const at = Model.nextDeadline(model)
      return at === undefined ? undefined : passTo(memory, step.do, Math.max(model.now, at + step.offset))
    }
    case "save":
      return save(memory)
    case "load":
      return load(memory, step)
    case "turnPage":
      return Lists.turnPage(memory, step)
    case "listRooms":
      return listRooms(memory, step)
    case "createRoom":
      return command(step, [step.creation], Command.result(Rooms.create(step.creation), Views.room), (sid) =>
        Model.createRoom(model, sid, step.creation)
      )
    case "openRoom": {
      const run = control((sandbox) => sandbox.openRoom(step.creation))
      return command(step, [step.creation], Command.result(run, Views.room), (sid) =>
        Model.openRoom(model, sid, step.creation)
      )
    }
  }
}

// ---- a room ----

const fetchRoom = ({ model }: Command.Memory, room: string): Command.Command => ({
  name: "fetchRoom",
  args: [room],
  run: Command.result(Rooms.fetch(room), Views.room),
  model: () => Model.fetchRoom(model, room)
})

const join = ({ model }: Command.Memory, step: StepNamed<"join">, room: string): Command.Command => {
  const { automaticSubscription } = step
  const identity = Addresses.text(step.identity, Addresses.everybody(model))
  return command(
    step,
    [room, identity, automaticSubscription],
    Command.result(
      control((sandbox) => sandbox.join(room, identity, { automaticSubscription })),
      Views.participant
    ),
    (sid) => Model.join(model, sid, room, identity, automaticSubscription)
  )
}

const listParticipants = (
  memory: Command.Memory,
  { filters, reading }: StepNamed<"listParticipants">,
  room: string
): Command.Command => {
  const participants = Model.findRoom(memory.model, room)?.participants ?? []
  const { status, text } = filters
  const identity = text === undefined ? undefined : Addresses.text(text, participants)
  const given = defined({ status, identity, ...Addresses.dates(filters, participants) })
  return Lists.participants(memory, room, given, reading)
}

const ofRoom = (memory: Command.Memory, step: RoomStep): Command.Command => {
  const { model } = memory
  const room = Addresses.room(model, step.room)
  switch (step.do) {
    case "completeRoom":
      return command(step, [room], Command.result(Rooms.complete(room), Views.room), () =>
        Model.completeRoom(model, room)
      )
    case "completeRoomByControl": {
      const run = control((sandbox) => sandbox.completeRoom(room))
      return command(step, [room], Command.result(run, Views.room), () => Model.completeRoomByControl(model, room))
    }
    case "fetchRoom":
      return fetchRoom(memory, room)
    case "join":
      return join(memory, step, room)
    case "listParticipants":
      return listParticipants(memory, step, room)
  }
}

// ---- a participant ----

const fetchParticipant = ({ model }: Command.Memory, room: string, participant: string): Command.Command => ({
  name: "fetchParticipant",
  args: [room, participant],
  run: Command.result(Participants.fetch(room, participant), Views.participant),
  model: () => Model.fetchParticipant(model, room, participant)
})

const fetchRules = ({ model }: Command.Memory, room: string, participant: string): Command.Command => ({
  name: "fetchRules",
  args: [room, participant],
  run: Command.result(SubscribeRules.fetch(room, participant), Views.rules),
  model: () => Model.fetchRules(model, room, participant)
})

const decodeRules = Schema.decodeUnknownEffect(SubscribeRule.SubscribeRuleSetJson)

/** Sends the text of rules without the client's own checks. */
const postRules = (room: string, participant: string, text: string): Command.Run =>
  Effect.gen(function* () {
    const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
    const path = [room, "Participants", participant, "SubscribeRules"].map(encodeURIComponent).join("/")
    const response = yield* HttpClientRequest.post(`https://video.twilio.com/v1/Rooms/${path}`).pipe(
      HttpClientRequest.basicAuth(accountSid, authToken),
      HttpClientRequest.bodyText(`Rules=${encodeURIComponent(text)}`, "application/x-www-form-urlencoded"),
      HttpClient.execute
    )
    const body = yield* response.json
    if (response.status === 200) return { value: Views.rules(yield* decodeRules(body)) }
    return {
      error: `HTTP ${response.status}`,
      code: Predicate.hasProperty(body, "code") ? Number(body.code) : undefined
    }
  }).pipe(Effect.orDie)

const sendRules = (
  { model }: Command.Memory,
  step: StepNamed<"sendRules">,
  ...addresses: readonly [room: string, participant: string]
): Command.Command => {
  const { rules, text } = step
  const [room, participant] = [Addresses.sendable(addresses[0]), Addresses.sendable(addresses[1])]
  return command(step, [room, participant, text], postRules(room, participant, text), () => {
    const expected = Model.updateRules(model, room, participant, rules)
    if (!Model.isFailure(expected)) return expected
    return { error: `HTTP ${expected.code === 20404 ? 404 : 400}`, code: expected.code }
  })
}

const updateRules = (
  { model }: Command.Memory,
  step: StepNamed<"updateRules">,
  ...[room, participant]: readonly [room: string, participant: string]
): Command.Command => {
  const rules = step.rules.map((draft) => Addresses.rule(model, room, draft))
  // A step has at least one rule, and no rule combines `all` with another filter.
  const sent = rules as unknown as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>
  const run = SubscribeRules.update(room, participant, sent)
  return command(step, [room, participant, rules], Command.result(run, Views.rules), () =>
    Model.updateRules(model, room, participant, rules)
  )
}

const ofParticipant = (memory: Command.Memory, step: ParticipantStep): Command.Command => {
  const { model } = memory
  const room = Addresses.room(model, step.room)
  const who = Addresses.participant(model, room, step.participant)
  const on = (run: Command.Run, expected: Command.Command["model"], ...more: ReadonlyArray<unknown>) =>
    command(step, [room, who, ...more], run, expected)
  switch (step.do) {
    case "leave":
    case "loseConnection":
    case "regainConnection": {
      const move = step.do
      const run = control((sandbox) => sandbox[move](room, who))
      return on(Command.result(run, Views.participant), () => Model.move(model, move, room, who))
    }
    case "fetchParticipant":
      return fetchParticipant(memory, room, who)
    case "disconnect":
      return on(Command.result(Participants.disconnect(room, who), Views.participant), () =>
        Model.update(model, room, who, "disconnected")
      )
    case "ensureDisconnected":
      return on(Command.result(Participants.ensureDisconnected(room, who), Views.disconnection), () =>
        Model.ensureDisconnected(model, room, who)
      )
    case "update": {
      const { status } = step
      const run = Participants.update(room, who, { status })
      return on(Command.result(run, Views.participant), () => Model.update(model, room, who, status), status)
    }
    case "anonymize":
      return on(Command.result(Participants.anonymize(room, who), Views.anonymized), () =>
        Model.anonymize(model, room, who)
      )
    case "publish": {
      const { publication } = step
      const run = control((sandbox) => sandbox.publishTrack(room, who, publication))
      return on(
        Command.result(run, Views.published),
        (sid) => Model.publish(model, sid, room, who, publication),
        publication
      )
    }
    case "listPublished":
      return Lists.published(memory, room, who, step.reading)
    case "listSubscribed":
      return Lists.subscribed(memory, room, who, step.reading)
    case "fetchRules":
      return fetchRules(memory, room, who)
    case "updateRules":
      return updateRules(memory, step, room, who)
    case "sendRules":
      return sendRules(memory, step, room, who)
  }
}

// ---- a track ----

const ofTrack = ({ model }: Command.Memory, step: TrackStep): Command.Command => {
  const room = Addresses.room(model, step.room)
  const who = Addresses.participant(model, room, step.participant)
  const track = Addresses.track(model, room, who, step.track)
  const args = [room, who, track]
  switch (step.do) {
    case "unpublishTrack":
    case "enableTrack":
    case "disableTrack": {
      const change = step.do
      const run = control((sandbox) => sandbox[change](room, who, track))
      return command(step, args, Command.result(run, Views.published), () =>
        Model.changeTrack(model, change, room, who, track)
      )
    }
    case "fetchPublished":
      return command(step, args, Command.result(PublishedTracks.fetch(room, who, track), Views.published), () =>
        Model.fetchPublished(model, room, who, track)
      )
    case "fetchSubscribed":
      return command(step, args, Command.result(SubscribedTracks.fetch(room, who, track), Views.subscribed), () =>
        Model.fetchSubscribed(model, room, who, track)
      )
  }
}

/** The command for a step, or nothing if the step has nothing to act on. */
export const make = (memory: Command.Memory, step: Steps.Step): Command.Command | undefined => {
  if ("track" in step) return ofTrack(memory, step)
  if ("participant" in step) return ofParticipant(memory, step)
  return "room" in step ? ofRoom(memory, step) : ofAccount(memory, step)
}

const readAll: Steps.Reading = { how: "page", pageSize: 1000 }

/** Lists a room's participants by status and identity, or the rooms by status and name, in every combination. */
export const lists = (model: Model.State, room: Model.Room | undefined): Arr.NonEmptyReadonlyArray<Command.Command> => {
  // A memory of their own: no later step turns the pages that are read here.
  const memory: Command.Memory = { model }
  if (room === undefined) {
    const names = new Set([undefined, ...model.rooms.map(({ name, sid }) => name ?? sid)])
    const ofStatus = (status: string) =>
      [...names].map((uniqueName) => Lists.rooms(memory, defined({ status, uniqueName }), readAll))
    return [Lists.rooms(memory, {}, readAll), ...ofStatus("in-progress"), ...ofStatus("completed")]
  }
  // Several participants have this identity, some connected and some not.
  const identities = new Set([undefined, "Alice", ...room.participants.flatMap(({ identity, sid }) => [identity, sid])])
  const statuses = [undefined, "connected", "reconnecting", "disconnected"]
  return [
    Lists.participants(memory, room.sid, {}, readAll),
    ...statuses.flatMap((status) =>
      [...identities].map((identity) => Lists.participants(memory, room.sid, defined({ status, identity }), readAll))
    )
  ]
}

/** Reads everything else that can be seen of a room. */
export const checks = (model: Model.State, room: Model.Room): Arr.NonEmptyReadonlyArray<Command.Command> => {
  const memory: Command.Memory = { model }
  return [
    fetchRoom(memory, room.sid),
    ...(room.name === undefined ? [] : [fetchRoom(memory, room.name)]),
    ...room.participants.flatMap(({ identity, sid }) => [
      fetchParticipant(memory, room.sid, identity),
      Lists.published(memory, room.sid, sid, readAll),
      Lists.subscribed(memory, room.sid, sid, readAll),
      fetchRules(memory, room.sid, sid)
    ])
  ]
}
