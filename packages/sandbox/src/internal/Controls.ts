/**
 * The sandbox's controls by address: rooms by SID or unique name, participants by SID or identity. What the controls
 * in process and over HTTP share; holds neither.
 */
import * as Result from "effect/Result"
import * as SandboxError from "../SandboxError.ts"
import type { ParticipantRecord, RoomEngine, RoomRecord } from "./RoomEngine.ts"

export type Outcome<A> = Result.Result<A, SandboxError.SandboxError>

const find = <A>(found: A | undefined, problem: typeof SandboxError.Problem.Type): Outcome<A> =>
  found === undefined ? Result.fail(SandboxError.make(problem)) : Result.succeed(found)

const room = (engine: RoomEngine, room: string): Outcome<RoomRecord> => find(engine.findRoom(room), "no-such-room")

const participant = (engine: RoomEngine, inRoom: string, participant: string): Outcome<ParticipantRecord> =>
  Result.flatMap(room(engine, inRoom), (room) => find(engine.findParticipant(room, participant), "no-such-participant"))

export type Step = (engine: RoomEngine, room: string, participant: string, now: number) => Outcome<ParticipantRecord>

export const join: Step = (engine, inRoom, identity, now) =>
  Result.flatMap(room(engine, inRoom), (room) => engine.join(room, identity, now))

export const leave: Step = (engine, room, who, now) =>
  Result.flatMap(participant(engine, room, who), (found) => engine.leave(found, now))

export const loseConnection: Step = (engine, room, who, now) =>
  Result.flatMap(participant(engine, room, who), (found) => engine.loseConnection(found, now))

export const regainConnection: Step = (engine, room, who, now) =>
  Result.flatMap(participant(engine, room, who), (found) => engine.regainConnection(found, now))

export const completeRoom = (engine: RoomEngine, which: string, now: number): Outcome<RoomRecord> =>
  Result.flatMap(room(engine, which), (found) => engine.completeRoom(found, now))
