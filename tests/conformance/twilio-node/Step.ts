/**
 * A step of the scenario: a call of a client, and the check of its response.
 */
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type * as Client from "./Client.ts"

export interface Context {
  readonly client: Client.Client
  readonly sandbox: Sandbox.Service
  /** The SIDs so far, by the scenario's names for them. */
  readonly sids: Map<string, string>
}

export interface Result {
  readonly response: unknown
  readonly check: () => void
}

export interface Step {
  readonly title: string
  readonly run: (context: Context) => Effect.Effect<Result, unknown>
}

export const make = <A>(
  title: string,
  run: (context: Context) => Effect.Effect<A, unknown>,
  check: (response: A, context: Context) => void
): Step => ({
  title,
  run: (context) => Effect.map(run(context), (response) => ({ response, check: () => check(response, context) }))
})

/** Sets the clock. Without a date, it's the day of the scenario. */
export const at = (time: string): Effect.Effect<void> =>
  TestClock.setTime(Date.parse(time.includes("T") ? `${time}Z` : `2026-03-02T${time}Z`))

/** Remembers the SID of the result under a name. */
export const remember =
  (context: Context, name: string) =>
  <A extends { readonly sid: string }, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.tap(effect, ({ sid }) => Effect.sync(() => context.sids.set(name, sid)))

export const sid = ({ sids }: Context, name: string): string => {
  const sid = sids.get(name)
  if (sid === undefined) throw new Error(`The scenario hasn't reached ${name} yet`)
  return sid
}

/** The scenario's names for the items of a list. */
export const names = ({ sids }: Context, items: ReadonlyArray<{ readonly sid: string }>): ReadonlyArray<string> => {
  const bySid = new Map(Array.from(sids, ([name, sid]) => [sid, name]))
  return items.map(({ sid }) => bySid.get(sid) ?? sid)
}

export const apiError = (status: number, code: number): Client.ApiError => ({
  status,
  code,
  moreInfo: `https://www.twilio.com/docs/errors/${code}`
})

export const notFound = apiError(404, 20404)

const tokenOf = (url: string): string => new URL(url).searchParams.get("PageToken") ?? ""

/** Reads a list page by page to the last page and back to the first. */
export const readPages = <A>(
  read: (options: Client.PageOptions) => Client.Response<Client.Page<A>>,
  pageSize: number
): Client.Response<{ readonly forth: ReadonlyArray<Client.Page<A>>; readonly back: ReadonlyArray<Client.Page<A>> }> =>
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
