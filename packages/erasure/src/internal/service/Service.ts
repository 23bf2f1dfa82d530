/**
 * The service of erasures, on a store and an engine.
 */
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Erasure from "../../Erasure.ts"
import * as ErasureKeys from "../../ErasureKeys.ts"
import * as ErasureSteps from "../../ErasureSteps.ts"
import * as Engine from "../engine/Engine.ts"
import * as Documents from "../job/Documents.ts"
import type * as Failure from "../job/Failure.ts"
import * as Settings from "../job/Settings.ts"
import * as Supervisor from "./Supervisor.ts"
import type * as Store from "../store/Store.ts"
import * as Progress from "./Progress.ts"
import * as Requests from "./Requests.ts"

type Internal = Engine.Engine | ErasureKeys.ErasureKeys | Settings.Settings | Store.Store

type InternalError = Failure.JobFailure | Store.StoreError

const isInternal = (error: { readonly _tag: string }): error is InternalError =>
  error._tag === "JobFailure" || error._tag === "StoreError"

const unavailable = ({ message }: { readonly message: string }) => new Erasure.ErasureUnavailable({ message })

type Counts = Omit<Erasure.Preview, "stores">

const count = ({ identities, since }: Pick<Erasure.RequestOptions, "identities" | "since">) => {
  const person: ErasureSteps.Person = { requestId: "preview", identities }
  const none: Counts = { rooms: 0, participations: 0, connected: 0, unreadable: 0 }
  return ErasureSteps.plan({ since }).pipe(
    Stream.flatMap(({ rooms, unreadable }) =>
      Stream.concat(
        Stream.succeed({ ...none, unreadable }),
        Stream.fromIterable(rooms).pipe(
          Stream.mapEffect(
            (room) =>
              Effect.map(ErasureSteps.find(room, [person]), ({ participations, problems, unreadable }) => ({
                rooms: 1,
                participations: participations.length,
                connected: participations.filter(({ connected }) => connected).length,
                unreadable: unreadable.length + problems.length
              })),
            { concurrency: 8 }
          )
        )
      )
    ),
    Stream.runFold(
      () => none,
      (sum, one): Counts => ({
        rooms: sum.rooms + one.rooms,
        participations: sum.participations + one.participations,
        connected: sum.connected + one.connected,
        unreadable: sum.unreadable + one.unreadable
      })
    )
  )
}

const preview = Effect.fnUntraced(function* (options: Pick<Erasure.RequestOptions, "identities" | "since">) {
  const { stores } = yield* Settings.Settings
  return { ...(yield* count(options)), stores: stores.map(({ name }) => name) }
})

const isEnd = ({ _tag }: Erasure.Status): boolean => _tag === "Complete" || _tag === "Partial" || _tag === "Canceled"

const interval = { quick: Duration.millis(500), slow: Duration.seconds(5) }

/** Looks less often while nothing happens. */
const nextLook = (status: Erasure.Status, now: DateTime.Utc): Duration.Duration =>
  status._tag === "Settling"
    ? Duration.clamp(DateTime.distance(now, status.until), { minimum: interval.quick, maximum: interval.slow })
    : interval.quick

/** A database that's restarted doesn't end a watch. */
const retryWatch = { schedule: Schedule.spaced(Duration.seconds(1)), times: 60 }

const make = Effect.gen(function* () {
  const context = yield* Effect.context<Internal | Erasure.Requirements>()
  const provide = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E, Internal>) =>
    Effect.mapError(Effect.provide(effect, context), (error) =>
      isInternal(error) ? unavailable(error) : (error as Exclude<E, InternalError>)
    )

  const status = (requestId: string) => provide(Effect.flatMap(Requests.get(requestId), Progress.status))
  const watched = (requestId: string) =>
    Effect.retry(status(requestId), { ...retryWatch, while: ({ _tag }) => _tag === "ErasureUnavailable" })
  const service: Erasure.Service = {
    request: (options) => provide(Requests.accept(options)),
    preview: (options) => Effect.provide(preview(options), context),
    status,
    list: provide(
      Effect.flatMap(
        Documents.requests.list,
        Effect.forEach((request) =>
          Effect.map(Progress.status(request), (status) => ({
            requestId: request.requestId,
            requestedAt: DateTime.makeUnsafe(request.requestedAt),
            status
          }))
        )
      )
    ),
    watch: (requestId) =>
      Stream.paginate(Duration.zero, (wait) =>
        Effect.gen(function* () {
          const found = yield* Effect.delay(watched(requestId), wait)
          const next = isEnd(found) ? Option.none() : Option.some(nextLook(found, yield* DateTime.now))
          return [[found], next] as const
        })
      ).pipe(Stream.changesWith((a, b) => JSON.stringify(a) === JSON.stringify(b))),
    resume: (requestId) => provide(Requests.resume(requestId)),
    cancel: (requestId) => provide(Requests.cancel(requestId)),
    receipt: (requestId) => provide(Requests.receipt(requestId)),
    publicKey: Effect.provide(Effect.flatMap(ErasureKeys.ErasureKeys, ErasureKeys.publicKey), context)
  }
  yield* Effect.forkScoped(Effect.provide(Supervisor.run, context))
  return service
})

const settingsOf = ({ connected = "wait", embargo = () => Effect.void, tokenLifetime = "24 hours" }: Erasure.Options) =>
  Layer.effect(
    Settings.Settings,
    Effect.map(IdentityStore.all, (stores) => ({
      connected,
      embargo,
      tokenLifetime: Duration.fromInputUnsafe(tokenLifetime),
      stores
    }))
  )

/** Serves erasures, and runs their jobs in this process too unless `runsJobs` is false. */
export const layer = (
  options: Erasure.Options & { readonly runsJobs?: boolean }
): Layer.Layer<
  Erasure.Erasure,
  never,
  Exclude<Internal, Settings.Settings> | Erasure.Requirements | Engine.WorkflowEngine
> =>
  Layer.effect(Erasure.Erasure, make).pipe(
    Layer.provide(options.runsJobs === false ? Layer.empty : Engine.layerWorkflows),
    Layer.provide(settingsOf(options))
  )
