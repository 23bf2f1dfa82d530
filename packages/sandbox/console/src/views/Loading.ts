/**
 * Answers of the server, loaded for a view and again when they may have changed.
 */
import { signal, useSignal, type Signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import * as Store from "../Store.ts"

export interface Loaded<A> {
  readonly value?: A
  readonly failure?: string
}

/** Loads a value, and again whenever one of `inputs` changes. Until then, the value before stays. */
export const useLoaded = <A>(load: () => Promise<A>, inputs: ReadonlyArray<unknown>): Signal<Loaded<A>> => {
  const loaded = useSignal<Loaded<A>>({})
  useEffect(() => {
    let isLatest = true
    const run = async () => {
      try {
        const value = await load()
        if (isLatest) loaded.value = { value }
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error)
        if (isLatest) loaded.value = { ...loaded.peek(), failure }
      }
    }
    void run()
    return () => {
      isLatest = false
    }
  }, inputs)
  return loaded
}

/** Counts the participants who were anonymized. A record that was loaded before may have an identity that is erased. */
export const erasures = signal(0)

Store.onChange(({ type }) => {
  if (type === "participant-anonymized") erasures.value++
})
