/**
 * The view that the address names in its fragment, such as `#/rooms/RM…`.
 */
import { computed, signal } from "@preact/signals"

/** Decodes a part of an address. One that isn't valid stays as it is. */
export const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const segments = (): ReadonlyArray<string> =>
  location.hash.startsWith("#/") ? location.hash.slice(2).split("/").map(decode) : []

const current = signal<ReadonlyArray<string>>([])

const views = ["rooms", "journal", "callbacks", "tools"] as const

export type View = (typeof views)[number]

/** A view, the record it shows, and the part of it: a room's timeline has none, and its matrix is `receivers`. */
export interface Route {
  readonly view: View
  readonly id: string | undefined
  readonly part: string | undefined
}

export const route = computed<Route>(() => {
  const [name, id, part] = current.value
  return { view: views.find((view) => view === name) ?? "rooms", id, part }
})

/** The address of a view, for a link. */
export const link = (view: View, ...rest: ReadonlyArray<string>): string =>
  `#/${[view, ...rest].map(encodeURIComponent).join("/")}`

export const go = (view: View, ...rest: ReadonlyArray<string>): void => {
  location.hash = link(view, ...rest)
}

export const start = (): void => {
  const read = () => {
    current.value = segments()
  }
  addEventListener("hashchange", read)
  read()
}
