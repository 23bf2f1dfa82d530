/**
 * Pages of a list, and how to stream them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Fields from "./internal/Fields.ts"
import * as TwilioError from "./TwilioError.ts"

/**
 * A page's position in its list. URLs are absolute.
 *
 * Follows the `meta` object of https://www.twilio.com/docs/usage/twilios-response.
 *
 * @category models
 * @since 0.1.0
 */
export class PageMeta extends Schema.Class<PageMeta>("@effect-twilio-video/core/PageMeta")({
  /** The page's number, from 0. To read the next page, use `nextPageToken`. */
  page: Schema.Int,
  /** Records per page. */
  pageSize: Schema.Int,
  firstPageUrl: Fields.text,
  previousPageUrl: Fields.text,
  url: Fields.text,
  nextPageUrl: Fields.text
}) {}

/**
 * The codec between Twilio's `meta` object and {@link PageMeta}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PageMetaJson = PageMeta.pipe(
  Schema.encodeKeys({
    pageSize: "page_size",
    firstPageUrl: "first_page_url",
    previousPageUrl: "previous_page_url",
    nextPageUrl: "next_page_url"
  })
)

/**
 * Options for streaming a list without filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamOptions {
  /** Records per page, 1 to 1000. */
  readonly pageSize?: number | undefined
}

/**
 * Options for reading a page of a list without filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListOptions extends StreamOptions {
  /** The `nextPageToken` or `previousPageToken` of a page of the same list. */
  readonly pageToken?: string | undefined
}

/**
 * A record that can't be decoded: a required member is missing, null or of another type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Undecodable {
  /** The record's SID, if it can be read. */
  readonly sid: Option.Option<string>
  /** The decoding error, with reason `UnexpectedResponse`. Names the invalid member without its value. */
  readonly error: TwilioError.TwilioError
}

/**
 * One page of a list. To read the next one, call `list` with the same filters and `nextPageToken` as `pageToken`.
 * Tokens are plain text, so a browser can store them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  /** The decoded records, in Twilio's order. */
  readonly items: ReadonlyArray<A>
  /** The records that can't be decoded. They don't fail the page. */
  readonly undecodable: ReadonlyArray<Undecodable>
  readonly meta: PageMeta
  readonly nextPageToken: Option.Option<string>
  readonly previousPageToken: Option.Option<string>
}

const token = (url: Option.Option<string>): Option.Option<string> =>
  Option.flatMap(url, (text) =>
    URL.canParse(text) ? Option.fromNullOr(new URL(text).searchParams.get("PageToken")) : Option.none()
  ).pipe(Option.filter((token) => token !== ""))

/**
 * Makes a page, with the tokens from the URLs in `meta`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A>(
  items: ReadonlyArray<A>,
  meta: PageMeta,
  undecodable: ReadonlyArray<Undecodable> = []
): Page<A> => ({
  items,
  undecodable,
  meta,
  nextPageToken: token(meta.nextPageUrl),
  previousPageToken: token(meta.previousPageUrl)
})

const badNextPage = (problem: "repeated-next-page" | "wrong-shape", message: string) =>
  Effect.fail(TwilioError.make(new TwilioError.UnexpectedResponse({ problem, message })))

const following = ({ meta, nextPageToken }: Page<unknown>, seen: Set<string>) =>
  Option.map(
    Option.filter(meta.nextPageUrl, (url) => url !== ""),
    (): Effect.Effect<string, TwilioError.TwilioError> => {
      if (Option.isNone(nextPageToken)) {
        return badNextPage("wrong-shape", "The URL of the next page has no PageToken. The list is incomplete.")
      }
      if (seen.has(nextPageToken.value)) {
        return badNextPage(
          "repeated-next-page",
          "The next page is one that was read before. The list may be incomplete; read it again later."
        )
      }
      seen.add(nextPageToken.value)
      return Effect.succeed(nextPageToken.value)
    }
  )

/**
 * Reads one page ahead: requests the next page of a stream while the consumer works on the current one, and never more
 * than that. All streams of this library do it, so up to two pages are in memory. Use it for a stream of your own that
 * emits each page as one chunk, as `Stream.paginate` does.
 *
 * The request starts as soon as the consumer of a page waits for something, such as another request. A consumer that
 * takes what it needs without waiting and stops, as `Stream.take` with `Stream.runCollect` does, causes no request
 * beyond the page that it stopped in. If it stops later in the page, the request is aborted; it still counts against
 * the quota.
 *
 * An error of the next page appears after the items of the current one.
 *
 * @example
 * ```ts
 * import * as Page from "@effect-twilio-video/core/Page"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import * as Stream from "effect/Stream"
 *
 * const events: Array<string> = []
 * const log = (event: string) => Effect.sync(() => events.push(event))
 *
 * const pages = Stream.paginate(1, (page) =>
 *   Effect.as(log(`request ${page}`), [[page], page < 3 ? Option.some(page + 1) : Option.none()] as const)
 * )
 *
 * await Page.readAhead(pages).pipe(
 *   Stream.runForEach((page) => Effect.delay(log(`done with ${page}`), "1 millis")),
 *   Effect.runPromise
 * )
 * events // => ["request 1", "request 2", "done with 1", "request 3", "done with 2", "done with 3"]
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const readAhead = <A, E, R>(pages: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
  Stream.transformPull(pages, (pull, scope) => {
    let next = pull
    return Effect.succeed(
      Effect.suspend(() =>
        Effect.flatMap(next, (items) =>
          // The fiber doesn't start before this one waits: a consumer that stops until then interrupts it unstarted.
          Effect.map(Effect.forkIn(pull, scope), (fiber) => {
            next = Fiber.join(fiber)
            return items
          })
        )
      )
    )
  })

/**
 * Streams the pages of a list, one page ahead as {@link readAhead} describes. Use it instead of a service's `stream` if
 * you need each page's `undecodable`. `list` is called with the token of the page to read: `undefined` for the first.
 *
 * Fails as `list` does, and with reason `UnexpectedResponse` if the next page has no token or was read before.
 *
 * @example
 * ```ts
 * import * as Page from "@effect-twilio-video/core/Page"
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const pages = Page.stream((pageToken) => Participants.list("DailyStandup", { pageSize: 2, pageToken }))
 *
 * const counts = await pages.pipe(
 *   Stream.map(({ items, undecodable }) => [items.length, undecodable.length]),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * counts // => [[2, 0], [1, 0]]
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const stream = <A, E, R>(
  list: (pageToken: string | undefined) => Effect.Effect<Page<A>, E, R>
): Stream.Stream<Page<A>, E | TwilioError.TwilioError, R> =>
  // Suspended, so that each run of the stream has its own set of seen pages.
  Stream.suspend(() => {
    const seen = new Set<string>()
    const first: Effect.Effect<string | undefined, TwilioError.TwilioError> = Effect.undefined
    return readAhead(
      Stream.paginate(first, (token) =>
        Effect.map(Effect.flatMap(token, list), (page) => [[page], following(page, seen)] as const)
      )
    )
  })
