/**
 * A store in the memory of the process.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Store from "./Store.ts"

const make = (): Store.Service => {
  const owners = new Map<string, Map<string, Map<string, string>>>()
  const documents = ({ collection, owner }: Pick<Store.Address, "collection" | "owner">) => {
    const collections = owners.get(owner) ?? new Map<string, Map<string, string>>()
    owners.set(owner, collections)
    const found = collections.get(collection) ?? new Map<string, string>()
    collections.set(collection, found)
    return found
  }
  return {
    get: (address) => Effect.sync(() => documents(address).get(address.key)),
    put: (address, text) => Effect.sync(() => void documents(address).set(address.key, text)),
    insert: (address, text) =>
      Effect.sync(() => {
        if (documents(address).has(address.key)) return false
        documents(address).set(address.key, text)
        return true
      }),
    replace: (address, before, after) =>
      Effect.sync(() => {
        if (documents(address).get(address.key) !== before) return false
        documents(address).set(address.key, after)
        return true
      }),
    remove: (address, text) =>
      Effect.sync(() => {
        if (text === undefined || documents(address).get(address.key) === text) documents(address).delete(address.key)
      }),
    list: (collection, owner) =>
      Effect.sync(() => [...documents({ collection, owner })].sort(([a], [b]) => (a < b ? -1 : 1))),
    removeOwner: (owner) => Effect.sync(() => void owners.delete(owner)),
    purge: Effect.void
  }
}

export const layer: Layer.Layer<Store.Store> = Layer.sync(Store.Store, make)
