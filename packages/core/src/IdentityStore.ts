/**
 * How a program forgets a person outside of Twilio: places that keep identities, and what removes them there.
 *
 * A store is part of the context. Whoever erases a person, such as `@effect-twilio-video/erasure`, asks every store that
 * it's provided with. The layers of `@effect-twilio-video/roster` add the roster; add your own tables with {@link layer}.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

/**
 * A store can't forget now. Whoever asked tries again. The message says what to do, and contains no identity.
 *
 * @category errors
 * @since 0.1.0
 */
export class CannotForget extends Data.TaggedError("CannotForget")<{ readonly message: string }> {}

/**
 * A place that keeps identities.
 *
 * @category models
 * @since 0.1.0
 */
export interface IdentityStore {
  /** The store's name in receipts: `roster`, for instance. Stores with the same name are counted together. */
  readonly name: string
  /**
   * Removes everything that's kept of these identities, each matched exactly, and returns for how many participants or
   * records. It's asked repeatedly, also for identities that it never had, so it counts only what it removes now.
   */
  readonly forget: (identities: ReadonlyArray<Redacted.Redacted>) => Effect.Effect<number, CannotForget>
}

/**
 * What a store forgot.
 *
 * @category models
 * @since 0.1.0
 */
export interface Forgotten {
  readonly name: string
  /** For how many participants or records. */
  readonly forgotten: number
}

const prefix = "@effect-twilio-video/core/IdentityStore/"

let built = 0

/** Each store has a key of its own, so that contexts with stores can be merged. */
const contextOf = (store: IdentityStore): Context.Context<never> =>
  Context.make(Context.Service<IdentityStore>(`${prefix}${store.name}/${built++}`), store)

/**
 * Adds a store to the context, beside others that are there. Provide it to the layer of `Erasure`: what's only merged with
 * that layer isn't asked.
 *
 * @example
 * ```ts
 * import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const nicknames = new Map([["Alice", "Al"], ["Bob", "Bobby"]])
 *
 * const Nicknames = IdentityStore.layer(
 *   Effect.succeed({
 *     name: "nicknames",
 *     forget: (identities) =>
 *       Effect.sync(() => identities.filter((identity) => nicknames.delete(Redacted.value(identity))).length)
 *   })
 * )
 *
 * await IdentityStore.forget([Redacted.make("Alice")]).pipe(Effect.provide(Nicknames), Effect.runPromise)
 * // => [{ name: "nicknames", forgotten: 1 }]
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = <E, R>(
  store: Effect.Effect<IdentityStore, E, R>
): Layer.Layer<never, E, Exclude<R, Scope.Scope>> => Layer.effectContext(Effect.map(store, contextOf))

/**
 * Returns the stores of the context, in the order of their names.
 *
 * @category getters
 * @since 0.1.0
 */
export const all: Effect.Effect<ReadonlyArray<IdentityStore>> = Effect.contextWith((context: Context.Context<never>) =>
  Effect.succeed(
    [...context.mapUnsafe]
      .flatMap(([key, store]) => (key.startsWith(prefix) ? [store as IdentityStore] : []))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  )
)

/**
 * Asks every store of the context to forget these identities, one after the other. Returns an empty array if there's no
 * store. If a store fails, those after it aren't asked: try again.
 *
 * `Erasure` does this for its requests. Call it in an erasure of your own, such as a workflow of `ErasureSteps`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const forget = (
  identities: ReadonlyArray<Redacted.Redacted>
): Effect.Effect<ReadonlyArray<Forgotten>, CannotForget> =>
  Effect.flatMap(
    all,
    Effect.forEach(({ forget, name }) => Effect.map(forget(identities), (forgotten) => ({ name, forgotten })))
  )
