/**
 * Checks requests against the OpenAPI document: the path, the names and values of the parameters, the headers and the
 * body.
 */
import type { Finding } from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import type * as Recorder from "./Recorder.ts"
import * as Validator from "./Validator.ts"

const rulesOf = (component: string): OpenApi.SchemaObject => {
  const rules = OpenApi.component(component).properties?.rules
  if (rules === undefined) throw new Error(`${component} has no rules`)
  return { ...rules, nullable: false }
}

// The document declares no type for these parameters, but it does for the rules in responses.
const untyped: { readonly [name: string]: OpenApi.SchemaObject } = {
  Rules: rulesOf("video.v1.room.room_participant.room_participant_subscribe_rule"),
  RecordingRules: rulesOf("video.v1.room.room_recording_rule")
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The value that a parameter's or header's text represents, or the text if it isn't valid for the type. */
export const fromText = (declared: OpenApi.SchemaObject, text: string): unknown => {
  const { type } = OpenApi.resolve(declared)
  if (type === "integer") return /^-?(0|[1-9]\d*)$/u.test(text) ? Number(text) : text
  if (type === "boolean") return text === "true" || (text === "false" ? false : text)
  if (type === "object" || type === undefined) return parsed(text) ?? text
  return text
}

const valueOf = (parameter: OpenApi.Parameter, texts: ReadonlyArray<string>): unknown => {
  const { items } = OpenApi.resolve(parameter.schema)
  if (items !== undefined) return texts.map((text) => fromText(items, text))
  return texts.length === 1 && texts[0] !== undefined ? fromText(parameter.schema, texts[0]) : texts
}

const checkValue = (parameter: OpenApi.Parameter, texts: ReadonlyArray<string>): ReadonlyArray<Validator.Problem> => {
  const value = valueOf(parameter, texts)
  if (OpenApi.resolve(parameter.schema).type !== undefined) {
    return Validator.compile(parameter.schema, "declared")(value)
  }
  const schema = untyped[parameter.name]
  if (schema === undefined) throw new Error(`The parameter ${parameter.name} has no schema`)
  return Validator.compile(schema, "closed")(value)
}

/** Checks the path, query or form parameters of a request. */
export const checkParameters = (
  operation: OpenApi.Operation,
  place: OpenApi.Parameter["in"],
  given: ReadonlyMap<string, ReadonlyArray<string>>
): ReadonlyArray<Finding> => {
  const declared = operation.parameters.filter((parameter) => parameter.in === place)
  const finding = (name: string, problem: string, value: unknown): Finding => ({
    operation: operation.id,
    where: `request ${place} ${name}`,
    problem,
    value
  })
  return [
    ...declared.flatMap((parameter) => {
      const texts = given.get(parameter.name)
      if (texts === undefined) return parameter.required ? [finding(parameter.name, "is required", undefined)] : []
      return checkValue(parameter, texts).map(({ at, message, value }) =>
        finding(`${parameter.name}${at}`, message, value)
      )
    }),
    ...Array.from(given.keys())
      .filter((name) => !declared.some((parameter) => parameter.name === name))
      .map((name) => finding(name, "isn't declared", given.get(name)))
  ]
}

/** The parameters of a query or a form, by name. */
export const grouped = (parameters: URLSearchParams): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(Array.from(new Set(parameters.keys()), (name) => [name, parameters.getAll(name)]))

// `URLSearchParams` parses any text. This is the grammar that the URL standard serializes.
const isForm = (text: string): boolean =>
  text.split("&").every((pair) => /^([\w*.!~'()+-]|%[\dA-F]{2})+=([\w*.!~'()+-]|%[\dA-F]{2})*$/u.test(pair))

const checkBody = (operation: OpenApi.Operation, request: Recorder.Message): ReadonlyArray<Finding> => {
  const finding = (where: string, problem: string, value: unknown): Finding => ({
    operation: operation.id,
    where: `request ${where}`,
    problem,
    value
  })
  const type = request.headers["content-type"]
  if (operation.bodyType === undefined) {
    return [
      ...(request.body === "" ? [] : [finding("body", "isn't declared", request.body)]),
      ...(type === undefined ? [] : [finding("header content-type", "is set without a body", type)])
    ]
  }
  // A form without fields has no body and no content type.
  const isEmpty = request.body === "" && type === undefined
  return [
    ...(isEmpty || type === operation.bodyType
      ? []
      : [finding("header content-type", `must be ${operation.bodyType}`, type)]),
    ...(request.body === "" || isForm(request.body) ? [] : [finding("body", "isn't form-encoded", request.body)]),
    ...checkParameters(operation, "form", grouped(new URLSearchParams(request.body)))
  ]
}

/** Checks a request. */
export const check = ({ method, request, server, url }: Recorder.Exchange): ReadonlyArray<Finding> => {
  const found = OpenApi.find(method, url.pathname)
  if (found === undefined) {
    const operation = `${method} ${url.pathname}`
    return [{ operation, where: "request", problem: "is no documented operation", value: url.href }]
  }
  const { operation, values } = found
  const wanted = server ?? operation.server
  const header = (name: string, isRight: (value: string) => boolean): ReadonlyArray<Finding> => {
    const value = request.headers[name]
    return value !== undefined && isRight(value)
      ? []
      : [{ operation: operation.id, where: `request header ${name}`, problem: "isn't as declared", value }]
  }
  return [
    ...(url.origin === wanted
      ? []
      : [{ operation: operation.id, where: "request", problem: `must go to ${wanted}`, value: url.origin }]),
    ...header("authorization", (value) => /^Basic [A-Za-z0-9+/]+=*$/u.test(value)),
    ...header("accept", (value) => value === operation.success?.mediaType),
    ...checkParameters(operation, "path", new Map(Array.from(values, ([name, value]) => [name, [value]]))),
    ...checkParameters(operation, "query", grouped(url.searchParams)),
    ...checkBody(operation, request)
  ]
}
