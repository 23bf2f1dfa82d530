/**
 * A step of the tour: something that one client does, and what its answer must be. Holds no step and knows no client.
 */
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type * as Client from "./Client.ts"

/** What a step has to go on. */
export interface Trip {
  readonly client: Client.Client
  readonly sandbox: Sandbox.Service
  /** The SIDs that came up, by the tour's own names for them. */
  readonly sids: Map<string, string>
}

/** An answer as it came, and whether it is right, for later. */
export interface Entry {
  readonly answer: unknown
  readonly check: () => void
}

export interface Step {
  readonly title: string
  readonly take: (trip: Trip) => Effect.Effect<Entry, unknown>
}

export const make = <A>(
  title: string,
  run: (trip: Trip) => Effect.Effect<A, unknown>,
  check: (answer: A, trip: Trip) => void
): Step => ({
  title,
  take: (trip) => Effect.map(run(trip), (answer) => ({ answer, check: () => check(answer, trip) }))
})

/** Sets the time, on the day of the tour unless a date is given. */
export const at = (time: string): Effect.Effect<void> =>
  TestClock.setTime(Date.parse(time.includes("T") ? `${time}Z` : `2026-03-02T${time}Z`))

/** Remembers the SID of what came. */
export const note =
  (trip: Trip, name: string) =>
  <A extends { readonly sid: string }, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.tap(effect, ({ sid }) => Effect.sync(() => trip.sids.set(name, sid)))

export const sid = ({ sids }: Trip, name: string): string => {
  const sid = sids.get(name)
  if (sid === undefined) throw new Error(`The tour has not come to ${name}`)
  return sid
}

/** The tour's names for what is in a list. */
export const names = ({ sids }: Trip, items: ReadonlyArray<{ readonly sid: string }>): ReadonlyArray<string> => {
  const bySid = new Map(Array.from(sids, ([name, sid]) => [sid, name]))
  return items.map(({ sid }) => bySid.get(sid) ?? sid)
}

export const refusal = (status: number, code: number): Client.Refusal => ({
  status,
  code,
  moreInfo: `https://www.twilio.com/docs/errors/${code}`
})

export const notFound = refusal(404, 20404)

const tokenOf = (url: string): string => new URL(url).searchParams.get("PageToken") ?? ""

/** Reads a list page by page to its end, and back to its start. */
export const walk = <A>(
  read: (options: Client.PageOptions) => Client.Answer<Client.Page<A>>,
  pageSize: number
): Client.Answer<{ readonly forth: ReadonlyArray<Client.Page<A>>; readonly back: ReadonlyArray<Client.Page<A>> }> =>
  Effect.gen(function* () {
    let page = yield* read({ pageSize })
    const forth = [page]
    while (page.nextPageUrl !== null) {
      page = yield* read({ pageSize, pageToken: tokenOf(page.nextPageUrl) })
      forth.push(page)
    }
    const back = [page]
    while (page.previousPageUrl !== null) {
      page = yield* read({ pageSize, pageToken: tokenOf(page.previousPageUrl) })
      back.unshift(page)
    }
    return { forth, back }
  })
