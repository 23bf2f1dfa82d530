/**
 * Checks responses against the OpenAPI document: the status, the headers, the body, and the URLs in it. A page's URLs are
 * checked as requests.
 */
import * as Predicate from "effect/Predicate"
import type { Finding } from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Requests from "./Requests.ts"
import type * as Recorder from "./Recorder.ts"
import * as Validator from "./Validator.ts"

/** The member of a list response that holds the records. A response that is a record has none. */
export const listKey = (success: OpenApi.Success): string | undefined => {
  const properties = OpenApi.resolve(success.schema).properties ?? {}
  return "meta" in properties ? Object.keys(properties).find((name) => name !== "meta") : undefined
}

type Found = (where: string, problem: string, value: unknown) => Finding

type JsonObject = { readonly [member: string]: unknown }

const objects = (value: unknown): ReadonlyArray<JsonObject> =>
  Array.isArray(value) ? value.filter((item): item is JsonObject => Predicate.isObject(item)) : []

const fill = (template: string, memberOf: (name: string) => string | undefined, record: JsonObject): string =>
  template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(record[memberOf(name) ?? name]))

const pathMembers: { readonly [name: string]: string } = {
  RoomSid: "room_sid",
  ParticipantSid: "participant_sid",
  Sid: "sid"
}

// A record's own URL and its links. The document gives their templates outside of its schemas.
const checkUrls = (
  operation: OpenApi.Operation,
  origin: string,
  at: string,
  schema: OpenApi.SchemaObject,
  record: JsonObject,
  found: Found
): ReadonlyArray<Finding> => {
  const members = OpenApi.resolve(schema).properties ?? {}
  const url = origin + fill(operation.instance, (name) => pathMembers[name], record)
  const links = Object.entries(operation.links)
    .map(([name, link]) => [name, origin + fill(link.resource_url, (name) => link.mapping[name], record)] as const)
    .sort()
  const given = Predicate.isObject(record.links) ? Object.entries(record.links).sort() : record.links
  return [
    ...(!("url" in members) || record.url === url ? [] : [found(`${at}/url`, `must be ${url}`, record.url)]),
    ...(!("links" in members) || JSON.stringify(given) === JSON.stringify(links)
      ? []
      : [found(`${at}/links`, `must be ${JSON.stringify(Object.fromEntries(links))}`, record.links)])
  ]
}

const paging = new Set(["PageSize", "Page", "PageToken"])

const filters = (url: URL): string =>
  JSON.stringify(
    Array.from(url.searchParams)
      .filter(([name]) => !paging.has(name))
      .sort()
  )

// Only prose describes the pages of a list: https://www.twilio.com/docs/usage/twilios-response. `PageSize` is 50 by
// default and at most 1000. `Page` only counts; `PageToken` selects the page.
const checkPage = (
  operation: OpenApi.Operation,
  request: URL,
  key: string,
  records: ReadonlyArray<unknown>,
  meta: JsonObject,
  found: Found
): ReadonlyArray<Finding> => {
  const asked = request.searchParams
  const size = Math.min(Math.max(Number(asked.get("PageSize") ?? 50), 1), 1000)
  const page = Number(asked.get("Page") ?? 0)
  const token = asked.get("PageToken")

  const expect = (name: string, wanted: unknown): ReadonlyArray<Finding> =>
    meta[name] === wanted ? [] : [found(`/meta/${name}`, `must be ${String(wanted)}`, meta[name])]

  const checkUrl = (name: string, page: number, isToken: (token: string | null) => boolean) => {
    const text = meta[name]
    if (typeof text !== "string" || !URL.canParse(text)) return [found(`/meta/${name}`, "must be a URL", text)]
    const url = new URL(text)
    const wrong = (isRight: boolean, problem: string) => (isRight ? [] : [found(`/meta/${name}`, problem, text)])
    return [
      ...wrong(url.origin === request.origin && url.pathname === request.pathname, "must be a URL of the same list"),
      ...wrong(filters(url) === filters(request), "must have the same filters"),
      ...wrong(url.searchParams.get("PageSize") === String(size), `must have PageSize=${size}`),
      ...wrong(url.searchParams.get("Page") === String(page), `must have Page=${page}`),
      ...wrong(isToken(url.searchParams.get("PageToken")), "must have another PageToken, or none"),
      ...Requests.checkParameters(operation, "query", Requests.grouped(url.searchParams)).map((finding) =>
        found(`/meta/${name}`, `has a ${finding.where} that ${finding.problem}`, finding.value)
      )
    ]
  }
  const isFresh = (other: string | null): boolean => other !== null && other !== token

  return [
    ...expect("key", key),
    ...expect("page", page),
    ...expect("page_size", size),
    ...(records.length <= size ? [] : [found(`/${key}`, `must have at most ${size} records`, records.length)]),
    ...checkUrl("url", page, (other) => other === token),
    ...checkUrl("first_page_url", 0, (other) => other === null),
    ...(meta.next_page_url === null ? [] : checkUrl("next_page_url", page + 1, isFresh)),
    ...(token === null
      ? expect("previous_page_url", null)
      : meta.previous_page_url === null
        ? []
        : checkUrl("previous_page_url", Math.max(0, page - 1), isFresh))
  ]
}

const checkSuccess = (
  operation: OpenApi.Operation,
  success: OpenApi.Success,
  exchange: Recorder.Exchange,
  body: unknown,
  found: Found
): ReadonlyArray<Finding> => {
  const { response, url } = exchange
  const headers = Object.entries(success.headers).flatMap(([name, schema]) => {
    const text = response.headers[name.toLowerCase()]
    return text === undefined
      ? [found(`header ${name}`, "is missing", undefined)]
      : Validator.compile(
          schema,
          "declared"
        )(Requests.fromText(schema, text)).map(({ message, value }) => found(`header ${name}`, message, value))
  })
  const problems = Validator.compile(success.schema, "sealed")(body)
  const shape = problems.map(({ at, message, value }) => found(at, message, value))
  if (!Predicate.isObject(body)) return [...headers, ...shape]
  const members: JsonObject = body
  const key = listKey(success)
  const { items } = OpenApi.resolve(OpenApi.resolve(success.schema).properties?.[key ?? ""] ?? {})
  if (key === undefined || items === undefined) {
    return [...headers, ...shape, ...checkUrls(operation, url.origin, "", success.schema, members, found)]
  }
  const records = objects(members[key])
  const [meta = {}] = objects([members.meta])
  return [
    ...headers,
    ...shape,
    ...records.flatMap((record, index) => checkUrls(operation, url.origin, `/${key}/${index}`, items, record, found)),
    ...checkPage(operation, url, key, records, meta, found)
  ]
}

// The document declares no errors. Their body is documented at https://www.twilio.com/docs/usage/twilios-response.
const errorBody: OpenApi.SchemaObject = {
  type: "object",
  properties: {
    code: { type: "integer", minimum: 10_000, maximum: 99_999 },
    message: { type: "string", minLength: 1 },
    more_info: { type: "string", format: "uri" },
    status: { type: "integer", minimum: 400, maximum: 599 }
  }
}

const checkError = (status: number, body: unknown, found: Found): ReadonlyArray<Finding> => {
  const [error = {}] = objects([body])
  const page = `https://www.twilio.com/docs/errors/${String(error.code)}`
  return [
    ...Validator.compile(errorBody, "sealed")(body).map(({ at, message, value }) => found(at, message, value)),
    ...(error.status === status ? [] : [found("/status", `must be ${status}`, error.status)]),
    ...(error.more_info === page ? [] : [found("/more_info", `must be ${page}`, error.more_info)])
  ]
}

const parsed = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Checks a response. */
export const check = (exchange: Recorder.Exchange): ReadonlyArray<Finding> => {
  const { response, method, url } = exchange
  const operation = OpenApi.find(method, url.pathname)?.operation
  const success = operation?.success
  const found: Found = (where, problem, value) => ({
    operation: operation?.id ?? `${method} ${url.pathname}`,
    where: where === "" ? "response" : `response ${where}`,
    problem,
    value
  })
  const body = parsed(response.body)
  if (body === undefined) return [found("", "is not JSON", response.body)]
  const mediaType = success?.mediaType ?? "application/json"
  const type = response.headers["content-type"]
  return [
    ...(type?.split(";")[0] === mediaType ? [] : [found("header content-type", `must be ${mediaType}`, type)]),
    ...(response.status >= 400
      ? checkError(response.status, body.json, found)
      : operation === undefined || success === undefined || response.status !== success.status
        ? [found("status", `must be ${success?.status ?? "an error status"}`, response.status)]
        : checkSuccess(operation, success, exchange, body.json, found))
  ]
}
