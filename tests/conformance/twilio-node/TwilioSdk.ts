/**
 * Twilio's package, pointed at another server. Its HTTP client replaces the origin of a request. Path, query, headers and
 * body stay as the package writes them.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import twilio from "twilio"
import type RequestClient from "twilio/lib/base/RequestClient.js"
import type ResponseModule from "twilio/lib/http/response.js"

const twilioOrigin = "https://video.twilio.com"

/**
 * Sends requests for Twilio Video to another origin. A URL with any other origin, such as a page URL of that server, stays
 * unchanged.
 *
 * It cuts the text and doesn't parse the URL: parsing would normalize the path that the package writes.
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
  /** An Account SID or an API key SID. */
  readonly username: string
  readonly password: string
  /** The package requires it with an API key. */
  readonly accountSid: string
}

/** A client without the environment, which could set an edge or a region. */
export const make = (httpClient: OriginRewritingClient, credentials: Credentials): twilio.Twilio =>
  twilio(credentials.username, credentials.password, { accountSid: credentials.accountSid, httpClient, env: {} })

export type Rooms = twilio.Twilio["video"]["v1"]["rooms"]

export type RoomParticipants = ReturnType<Rooms>["participants"]

/** Calls the package. A thrown or rejected error is the failure's cause. */
export const call = <A>(run: () => PromiseLike<A>): Effect.Effect<A, Cause.UnknownError> => Effect.tryPromise(run)

/** The fields of the package's error class. */
export interface ApiError {
  readonly status: number
  readonly code: number | undefined
  readonly message: string
  readonly moreInfo: string | undefined
  readonly details: object | undefined
}

/** The call must fail with the package's error class. */
export const apiError = <A>(run: () => PromiseLike<A>): Effect.Effect<ApiError, A | Cause.UnknownError> =>
  Effect.flatMap(Effect.flip(call(run)), (error) => {
    if (!(error.cause instanceof twilio.RestException)) return Effect.fail(error)
    const { code, details, message, moreInfo, status } = error.cause
    return Effect.succeed({ status, code, message, moreInfo, details })
  })

interface EachOptions {
  readonly pageSize: number
}

/** What reading any list of the package needs. */
interface List<A> {
  readonly each: (
    options: EachOptions & { readonly done: (error?: unknown) => void },
    onItem: (item: A, stop: () => void) => void
  ) => void
}

/** The package's `each` as an effect. Its types lack the promise for its end. */
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

/** What reading the neighbours of a page needs. */
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
