/**
 * Where jobs keep their documents: small JSON texts, by collection, owner and key. Each operation is atomic.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The store can't be reached, or refused an operation. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", { message: Schema.String }) {}

/** Addresses one document, or with an empty owner one that belongs to no job. */
export interface Address {
  readonly collection: string
  readonly owner: string
  readonly key: string
}

export interface Service {
  readonly get: (address: Address) => Effect.Effect<string | undefined, StoreError>
  readonly put: (address: Address, text: string) => Effect.Effect<void, StoreError>
  /** Adds a document, unless there is one: then it returns false and changes nothing. */
  readonly insert: (address: Address, text: string) => Effect.Effect<boolean, StoreError>
  /** Replaces a document that still has the text `before`. Otherwise it returns false and changes nothing. */
  readonly replace: (address: Address, before: string, after: string) => Effect.Effect<boolean, StoreError>
  /** Removes a document; with `text`, only if it still has this text. */
  readonly remove: (address: Address, text?: string) => Effect.Effect<void, StoreError>
  /** Lists the documents of an owner, in the order of their keys. */
  readonly list: (
    collection: string,
    owner: string
  ) => Effect.Effect<ReadonlyArray<readonly [key: string, text: string]>, StoreError>
  /** Removes all documents of an owner, in all collections. */
  readonly removeOwner: (owner: string) => Effect.Effect<void, StoreError>
  /** Removes what deleted documents left in files, as far as the store can. */
  readonly purge: Effect.Effect<void, StoreError>
}

export class Store extends Context.Service<Store, Service>()("@effect-twilio-video/erasure/internal/Store") {}
