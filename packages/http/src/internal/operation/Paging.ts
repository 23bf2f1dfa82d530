/**
 * Follows `next_page_url` from page to page: only below the base URL, and to no page twice.
 */
import * as Page from "@effect-twilio-video/core/Page"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type * as TwilioClient from "../client/TwilioClient.ts"
import type * as ApiRequest from "../wire/ApiRequest.ts"
import * as ApiResponse from "../wire/ApiResponse.ts"
import * as RequestPath from "../wire/RequestPath.ts"

// A segment of two dots, percent-encoded any number of times. URL parsers leave some of these unresolved, and a server
// that decodes them would serve the parent.
const parentSegment = /(?:[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){2}(?=$|[/\\]|%(?:25)*(?:2f|5c))/iu

const isBelow = ({ origin, pathname }: URL, url: URL): boolean =>
  url.origin === origin &&
  (pathname === "/" || (url.pathname.startsWith(`${pathname}/`) && !parentSegment.test(url.pathname)))

/**
 * The URL to read the next page from; `undefined` if it is outside the base URL. A proxy passes on Twilio's URLs: those
 * pages are read through the proxy.
 */
const resolve = (baseUrl: string, nextPageUrl: string): string | undefined => {
  if (!URL.canParse(nextPageUrl)) return undefined
  const next = new URL(nextPageUrl)
  if (next.username !== "" || next.password !== "") return undefined
  const base = new URL(baseUrl)
  const url =
    next.origin !== base.origin && RequestPath.isTwilioOrigin(next)
      ? new URL(`${baseUrl}${next.pathname}${next.search}`)
      : next
  return isBelow(base, url) ? url.href : undefined
}

// The page token, or for a server without tokens the whole URL.
const pageId = (url: string): string => new URL(url).searchParams.get("PageToken") ?? url

type Request<Body, E> = Result.Result<ApiRequest.ApiRequest<Body, E>, TwilioError.TwilioError>

export const stream = <Body, A, E>(
  client: TwilioClient.TwilioClient,
  first: Request<Body, E>,
  toPage: (body: ApiResponse.Decoded<Body>) => Page.Page<A>
): Stream.Stream<A, E | TwilioError.TwilioError> =>
  // Suspended, so that each run of the stream remembers its own pages.
  Stream.suspend(() => {
    const seen = new Set<string>()
    let undecodable: TwilioError.TwilioError | undefined

    const nextRequest = (
      request: ApiRequest.ApiRequest<Body, E>,
      body: ApiResponse.Decoded<Body>,
      { meta }: Page.Page<A>
    ): Option.Option<Request<Body, E>> => {
      if (Option.isSome(meta.url) && URL.canParse(meta.url.value)) seen.add(pageId(meta.url.value))
      return Option.map(
        Option.filter(meta.nextPageUrl, (url) => url !== ""),
        (next) => {
          const url = resolve(client.baseUrl, next)
          if (url === undefined) return Result.fail(ApiResponse.invalidNextPage(body, "foreign-next-page"))
          const id = pageId(next)
          if (seen.has(id)) return Result.fail(ApiResponse.invalidNextPage(body, "repeated-next-page"))
          seen.add(id)
          return Result.succeed({ ...request, url })
        }
      )
    }

    // An invalid next page fails the stream after the items of the page that named it, and an undecodable record after
    // the last page.
    return Page.readAhead(
      Stream.paginate(first, (result) =>
        Effect.flatMap(Effect.fromResult(result), (request) =>
          Effect.map(client.send(request), (body) => {
            const page = toPage(body)
            undecodable ??= page.undecodable[0]?.error
            const end = Option.map(Option.fromUndefinedOr(undecodable), Result.fail)
            return [page.items, Option.orElse(nextRequest(request, body, page), () => end)] as const
          })
        )
      )
    )
  })
