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
import * as Address from "./Address.ts"
import * as Answer from "./Answer.ts"
import type * as TwilioClient from "./TwilioClient.ts"

export interface Paging<V, A, E> {
  readonly first: Result.Result<TwilioClient.Request<V, E>, TwilioError.TwilioError>
  readonly page: (reply: TwilioClient.Reply<V>) => Page.Page<A>
}

/**
 * A path as a server reads it that decodes slashes and dots, even several times, before it resolves dot segments.
 * Nothing if it is encoded more often than anybody would.
 */
const decoded = (path: string): string | undefined => {
  let current = path
  for (let times = 0; times < 8; times++) {
    const next = current.replaceAll(/%(25|2e|2f|5c)/giu, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (next === current) return new URL(`http://x${current}`).pathname
    current = next
  }
  return undefined
}

/** Is the URL under the base URL, for its own parser and for a server that decodes more? */
const isUnder = (base: URL, url: URL): boolean => {
  if (url.origin !== base.origin) return false
  if (base.pathname === "/") return true
  const prefix = `${base.pathname}/`
  return url.pathname.startsWith(prefix) && decoded(url.pathname)?.startsWith(decoded(prefix) ?? prefix) === true
}

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
