/**
 * One page of a list, and the `meta` object that Twilio sends with it. Holds no fetching: `list` reads one page and
 * `stream` all of them.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

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
 * One page of a list: its resources, and how to go on.
 *
 * To read the next page, call `list` again with the same filters and `pageToken` set to `nextPageToken`. A token is
 * plain text, so it can be handed to a browser and come back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  readonly items: ReadonlyArray<A>
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
export const make = <A>(items: ReadonlyArray<A>, meta: PageMeta): Page<A> => ({
  items,
  meta,
  nextPageToken: token(meta.nextPageUrl),
  previousPageToken: token(meta.previousPageUrl)
})
