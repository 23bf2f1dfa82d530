/**
 * What one step does on the sandbox and on the model, and what a sequence of steps keeps between them.
 */
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Model from "./Model.ts"
import * as Views from "./Views.ts"

export type Services = TwilioVideo.Services | Sandbox.Sandbox | HttpClient.HttpClient

/** Runs on the sandbox, and yields a result of the same form as the model's. */
export type Run = Effect.Effect<Model.Result, never, Services>

export interface Command {
  readonly name: string
  readonly args: ReadonlyArray<unknown>
  /** Does it create a record? The model then takes the SID that the sandbox chose. */
  readonly creates?: boolean
  readonly run: Run
  readonly model: (sid: string) => Model.Result
}

/** A list that is read page by page. */
export interface PagedList {
  readonly name: string
  readonly args: ReadonlyArray<unknown>
  readonly size: number
  readonly read: (
    pageToken: string | undefined
  ) => Effect.Effect<
    { readonly views: ReadonlyArray<unknown>; readonly next: string | undefined },
    Model.Failure,
    Services
  >
  readonly list: () => ReadonlyArray<Model.Item> | Model.Failure
  /** The SID of the room or participant that the list belongs to now. */
  readonly owner: () => string
}

/** The position after a page. */
export interface Cursor {
  readonly owner: string
  readonly token: string
  readonly after: number
}

/** What a sequence keeps between its steps. */
export interface Memory {
  model: Model.State
  /** The last page read that another page follows. */
  page?: { readonly list: PagedList; readonly cursor: Cursor } | undefined
  saved?: { readonly sandbox: SandboxState.SandboxState; readonly model: Model.State }
}

/** The effect's success as a view, or its error as the model's failure. */
export const result = <A, E extends Views.Failure, R>(
  effect: Effect.Effect<A, E, R>,
  view: (value: A) => unknown
): Effect.Effect<Model.Result, never, R> =>
  Effect.match(effect, { onFailure: Views.failure, onSuccess: (value) => ({ value: view(value) }) })
