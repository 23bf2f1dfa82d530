/**
 * Follows `next_page_url` from page to page. Holds the rules that keep it safe: only the configured origin, and never
 * the same page twice.
 */
import type * as Page from "@effect-twilio-video/core/Page"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Address from "../wire/Address.ts"
import * as Answer from "../wire/Answer.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

export interface Paging<V, A, E> {
  readonly first: Result.Result<TwilioClient.Request<V, E>, TwilioError.TwilioError>
  readonly page: (reply: TwilioClient.Reply<V>) => Page.Page<A>
}

// A segment of two dots, encoded any number of times. URL parsers leave some of these as they are, and a server that
// decodes them would go to the parent.
const parentSegment = /(?:[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){2}(?=$|[/\\]|%(?:25)*(?:2f|5c))/iu

/** Is the URL under the base URL? */
const isUnder = ({ origin, pathname }: URL, url: URL): boolean =>
  url.origin === origin &&
  (pathname === "/" || (url.pathname.startsWith(`${pathname}/`) && !parentSegment.test(url.pathname)))

/**
 * Where the next page may be read; nothing if it is outside the base URL. A proxy hands on Twilio's bodies with
 * Twilio's URLs in them: those pages are read through the proxy.
 */
const resolve = (baseUrl: string, next: string): string | undefined => {
  if (!URL.canParse(next)) return undefined
  const named = new URL(next)
  if (named.username !== "" || named.password !== "") return undefined
  const base = new URL(baseUrl)
  const url =
    named.origin !== base.origin && Address.isTwilio(named)
      ? new URL(`${baseUrl}${named.pathname}${named.search}`)
      : named
  return isUnder(base, url) ? url.href : undefined
}

// Pages are told apart by their token; a server without tokens by the whole URL.
const identify = (url: string): string => new URL(url).searchParams.get("PageToken") ?? url

export const stream = <V, A, E>(
  client: TwilioClient.TwilioClient,
  paging: Paging<V, A, E>
): Stream.Stream<A, E | TwilioError.TwilioError> =>
  // Suspended, so that each run of the stream has its own memory of pages.
  Stream.suspend(() => {
    const seen = new Set<string>()
    let undecodable: TwilioError.TwilioError | undefined

    const following = (
      request: TwilioClient.Request<V, E>,
      { answer, question }: TwilioClient.Reply<V>,
      { meta }: Page.Page<A>
    ): Option.Option<Result.Result<TwilioClient.Request<V, E>, TwilioError.TwilioError>> => {
      if (Option.isSome(meta.url) && URL.canParse(meta.url.value)) seen.add(identify(meta.url.value))
      return Option.map(
        Option.filter(meta.nextPageUrl, (url) => url !== ""),
        (next) => {
          const url = resolve(client.baseUrl, next)
          if (url === undefined) return Result.fail(Answer.badNextPage(question, answer, "foreign-next-page"))
          const id = identify(next)
          if (seen.has(id)) return Result.fail(Answer.badNextPage(question, answer, "repeated-next-page"))
          seen.add(id)
          return Result.succeed({ ...request, url })
        }
      )
    }

    // What is wrong with a next page fails the stream only after the page that named it has been emitted, and what is
    // wrong with a record only after the last page.
    return Stream.paginate(paging.first, (state) =>
      Effect.flatMap(Effect.fromResult(state), (request) =>
        Effect.map(client.send(request), (reply) => {
          const page = paging.page(reply)
          undecodable ??= page.undecodable[0]?.error
          const end = Option.map(Option.fromUndefinedOr(undecodable), Result.fail)
          return [page.items, Option.orElse(following(request, reply, page), () => end)] as const
        })
      )
    )
  })
