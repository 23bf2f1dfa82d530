/**
 * One page of a list, the `meta` object that Twilio sends with it, and how to read page after page.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TwilioError from "./TwilioError.ts"

const urlOrNull = Schema.OptionFromOptionalNullOr(Schema.String, { onNoneEncoding: null })

/**
 * Where a page stands in its list. URLs are absolute; counts are numbers of resources.
 *
 * Follows the `meta` object of https://www.twilio.com/docs/usage/twilios-response.
 *
 * @category models
 * @since 0.1.0
 */
export class PageMeta extends Schema.Class<PageMeta>("@effect-twilio-video/core/PageMeta")({
  /** The page's number, from 0. It only counts: `nextPageToken` is what leads on. */
  page: Schema.Int,
  /** How many resources Twilio puts on a page of this list. */
  pageSize: Schema.Int,
  firstPageUrl: urlOrNull,
  previousPageUrl: urlOrNull,
  url: urlOrNull,
  nextPageUrl: urlOrNull
}) {}

/**
 * The codec between Twilio's JSON of `meta` and {@link PageMeta}.
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
 * How to read a whole list that has no filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamOptions {
  /** How many resources Twilio puts on a page, 1 to 1000. */
  readonly pageSize?: number | undefined
}

/**
 * Which page to read of a list that has no filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListOptions extends StreamOptions {
  /** The `nextPageToken` or `previousPageToken` of a page of the same list. */
  readonly pageToken?: string | undefined
}

/**
 * A record of a page that doesn't decode: a required member is null, missing or of another shape.
 *
 * @category models
 * @since 0.1.0
 */
export interface Undecodable {
  /** The record's own SID, if that can be read. */
  readonly sid: Option.Option<string>
  /** Says which member is wrong, with reason `UnexpectedResponse`. Holds none of the record's values. */
  readonly error: TwilioError.TwilioError
}

/**
 * One page of a list: its resources, and how to go on.
 *
 * To read the next page, call `list` again with the same filters and `pageToken` set to `nextPageToken`. A token is
 * plain text, so it can be handed to a browser and come back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  /** The records that decode, in Twilio's order. */
  readonly items: ReadonlyArray<A>
  /** The records that don't. One bad record doesn't fail its page. */
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
 * Makes a page of its resources and its `meta`, with the page tokens taken out of the page URLs.
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
        return badNextPage("wrong-shape", "The next page's URL has no PageToken. The list ends here, incomplete.")
      }
      if (seen.has(nextPageToken.value)) {
        return badNextPage(
          "repeated-next-page",
          "The list continues with a page that was read before. It ends here, perhaps incomplete."
        )
      }
      seen.add(nextPageToken.value)
      return Effect.succeed(nextPageToken.value)
    }
  )

/**
 * Reads a list page by page, as the consumer asks for more. A service's `stream` gives the records; use this to get
 * each page's `undecodable` as well. `list` reads one page and is called with the token of the page before.
 *
 * Fails as `list` does, and with reason `UnexpectedResponse` if a next page was read before or has no token.
 *
 * @example
 * ```ts
 * import * as Page from "@effect-twilio-video/core/Page"
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const pages = Participants.Participants.useSync((participants) =>
 *   Page.stream((pageToken) => participants.list("DailyStandup", { pageSize: 2, pageToken }))
 * )
 *
 * const counts = await Stream.unwrap(pages).pipe(
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
  // Suspended, so that each run of the stream has its own memory of pages.
  Stream.suspend(() => {
    const seen = new Set<string>()
    const first: Effect.Effect<string | undefined, TwilioError.TwilioError> = Effect.undefined
    return Stream.paginate(first, (token) =>
      Effect.map(Effect.flatMap(token, list), (page) => [[page], following(page, seen)] as const)
    )
  })
