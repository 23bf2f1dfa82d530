/**
 * Twilio's own package, pointed at a server of ours. Its http client changes the origin of a request and nothing else:
 * path, query, headers and body are what the package makes of them. Holds no tests.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import twilio from "twilio"
import type RequestClient from "twilio/lib/base/RequestClient.js"
import type ResponseModule from "twilio/lib/http/response.js"

const twilioOrigin = "https://video.twilio.com"

/**
 * Sends what is meant for Twilio Video to another origin. A URL with an origin of its own, such as the next page of a
 * server that names itself, is left alone.
 *
 * The text is cut and not parsed: parsing would resolve and escape, and hide what the package does to a path.
 */
export class OriginRewritingClient extends twilio.RequestClient {
  private readonly baseUrl: string

  constructor(baseUrl: string) {
    super()
    this.baseUrl = baseUrl
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>): Promise<ResponseModule.default<TData>> {
    return super.request({ ...options, uri: this.rewrite(options.uri) })
  }

  private rewrite(uri: string): string {
    return uri.startsWith(`${twilioOrigin}/`) ? `${this.baseUrl}${uri.slice(twilioOrigin.length)}` : uri
  }
}

export interface Credentials {
  /** An Account SID, or an API key's SID. */
  readonly username: string
  readonly password: string
  /** The package demands it beside an API key. */
  readonly accountSid: string
}

/** An official client. It sees none of the environment, which could point it at an edge or a region. */
export const make = (httpClient: OriginRewritingClient, credentials: Credentials): twilio.Twilio =>
  twilio(credentials.username, credentials.password, { accountSid: credentials.accountSid, httpClient, env: {} })

export type Rooms = twilio.Twilio["video"]["v1"]["rooms"]

export type RoomParticipants = ReturnType<Rooms>["participants"]

/** Calls the package. What it throws or rejects with is the failure's cause. */
export const call = <A>(run: () => PromiseLike<A>): Effect.Effect<A, Cause.UnknownError> => Effect.tryPromise(run)

/** What the package's own error class tells. */
export interface Refusal {
  readonly status: number
  readonly code: number | undefined
  readonly message: string
  readonly moreInfo: string | undefined
  readonly details: object | undefined
}

/** Calls the package where it must fail with its own error class. */
export const refusal = <A>(run: () => PromiseLike<A>): Effect.Effect<Refusal, A | Cause.UnknownError> =>
  Effect.flatMap(Effect.flip(call(run)), (error) => {
    if (!(error.cause instanceof twilio.RestException)) return Effect.fail(error)
    const { code, details, message, moreInfo, status } = error.cause
    return Effect.succeed({ status, code, message, moreInfo, details })
  })

interface EachOptions {
  readonly pageSize: number
}

/** What all of the package's lists have in common, as far as reading one of them to its end goes. */
interface List<A> {
  readonly each: (
    options: EachOptions & { readonly done: (error?: unknown) => void },
    onItem: (item: A, stop: () => void) => void
  ) => void
}

/** The package's `each` as an effect; its types hide that it ends. */
export const each = <A>(
  list: List<A>,
  options: EachOptions,
  onItem: (item: A, stop: () => void) => void
): Effect.Effect<void, Cause.UnknownError> =>
  call(
    () =>
      new Promise<void>((resolve, reject) => {
        const done = (error?: unknown) => (error === undefined ? resolve() : reject(error))
        list.each({ ...options, done }, onItem)
      })
  )

/** A page of one of the package's lists, as much of it as leads to others. */
export interface Page<A> {
  readonly instances: Array<A>
  readonly nextPageUrl?: string
  readonly previousPageUrl?: string
  readonly nextPage: () => Promise<Page<A>> | undefined
  readonly previousPage: () => Promise<Page<A>> | undefined
}

export const nextPage = <A>(page: Page<A>): Effect.Effect<Page<A>, Cause.UnknownError> =>
  call(() => page.nextPage() ?? Promise.reject(new Error("There is no next page")))

export const previousPage = <A>(page: Page<A>): Effect.Effect<Page<A>, Cause.UnknownError> =>
  call(() => page.previousPage() ?? Promise.reject(new Error("There is no previous page")))
