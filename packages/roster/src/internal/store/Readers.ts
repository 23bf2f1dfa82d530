/**
 * The readers in this process who wait for changes of a room, and queries that they share.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"

interface Reader {
  readonly after: number
  readonly woken: Deferred.Deferred<void>
}

export interface Readers {
  /** The rooms for which readers wait. */
  readonly rooms: () => ReadonlyArray<string>
  /** Wakes the readers of a room who wait at another position than this one. Without a position, wakes them all. */
  readonly wake: (roomSid: string, position?: number) => void
  /** Waits to be woken, unless `check` returns false. It runs when readers can be woken already. */
  readonly wait: <E>(roomSid: string, after: number, check: Effect.Effect<boolean, E>) => Effect.Effect<void, E>
}

export const make = (): Readers => {
  const waiting = new Map<string, Set<Reader>>()
  const add = (roomSid: string, reader: Reader) => {
    waiting.set(roomSid, (waiting.get(roomSid) ?? new Set()).add(reader))
  }
  const remove = (roomSid: string, reader: Reader) => {
    const readers = waiting.get(roomSid)
    readers?.delete(reader)
    if (readers?.size === 0) waiting.delete(roomSid)
  }
  return {
    rooms: () => [...waiting.keys()],
    wake: (roomSid, position) => {
      for (const { after, woken } of waiting.get(roomSid) ?? []) {
        if (after !== position) Deferred.doneUnsafe(woken, Exit.void)
      }
    },
    wait: (roomSid, after, check) =>
      Effect.suspend(() => {
        const reader: Reader = { after, woken: Deferred.makeUnsafe() }
        add(roomSid, reader)
        return check.pipe(
          Effect.flatMap((waits) => (waits ? Deferred.await(reader.woken) : Effect.void)),
          Effect.ensuring(Effect.sync(() => remove(roomSid, reader)))
        )
      })
  }
}

/**
 * Runs a query once for all who ask for the same at the same time. It begins after they asked, outside of their
 * transactions, and ends when the scope closes.
 */
export const sharing = Effect.fnUntraced(function* <A, E>() {
  const run = yield* FiberSet.makeRuntime<never, void, never>()
  const asked = new Map<string, Deferred.Deferred<A, E>>()
  return (key: string, query: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const known = asked.get(key)
      if (known !== undefined) return Deferred.await(known)
      const answer = Deferred.makeUnsafe<A, E>()
      asked.set(key, answer)
      const begun = Effect.andThen(
        Effect.yieldNow,
        Effect.sync(() => asked.delete(key))
      )
      run(Effect.asVoid(Deferred.into(Effect.andThen(begun, query), answer)))
      return Deferred.await(answer)
    })
})
