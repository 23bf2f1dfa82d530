/**
 * Every way in which a program, its logger or its runtime may print how an effect ended.
 */
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as SandboxError from "@effect-twilio-video/sandbox/SandboxError"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { Console as NodeConsole } from "node:console"
import { Writable } from "node:stream"
import { format, inspect } from "node:util"
import { serialize } from "node:v8"

/** The name of a rendering, and its text. */
export type Rendering = readonly [name: string, text: string]

const attempt = (write: () => unknown): string => {
  try {
    const text = write()
    return typeof text === "string" ? text : inspect(text, whole)
  } catch (error) {
    return `failed to render: ${String(error)}`
  }
}

const whole = { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null } as const

const errors = Schema.Union([
  TwilioError.TwilioError,
  NotFound.NotFound,
  Rooms.RoomExists,
  Rooms.RoomNotInProgress,
  SubscribeRules.InvalidSubscribeRules,
  SandboxError.SandboxError
])

const isOurs = Schema.is(errors)

const encode = Schema.encodeUnknownSync(Schema.fromJsonString(Schema.toCodecJson(errors)))

/** A console that records each value in full depth. */
const memory = () => {
  const written: Array<string> = []
  const stream = new Writable({
    write: (chunk, _, done) => {
      written.push(String(chunk))
      done()
    }
  })
  const console = new NodeConsole({ stdout: stream, stderr: stream, inspectOptions: { depth: Infinity } })
  return { console, text: () => written.join("") }
}

/** The renderings of one value: an error, a defect, or the reason of a rejected promise. */
export const ofValue = (value: unknown): ReadonlyArray<Rendering> => {
  const { console, text } = memory()
  const error = value instanceof Error ? value : undefined
  return [
    ["String", attempt(() => String(value))],
    ["message", attempt(() => error?.message ?? "")],
    ["stack", attempt(() => error?.stack ?? "")],
    ["cause", attempt(() => inspect(error?.cause, whole))],
    ["JSON", attempt(() => JSON.stringify(value) ?? "")],
    ["JSON of all members", attempt(() => JSON.stringify(value, Object.getOwnPropertyNames(Object(value))) ?? "")],
    ["inspect", attempt(() => inspect(value))],
    ["inspect in full depth", attempt(() => inspect(value, whole))],
    ["inspect with getters", attempt(() => inspect(value, { ...whole, getters: true }))],
    ["inspect without custom functions", attempt(() => inspect(value, { ...whole, customInspect: false }))],
    ["format", attempt(() => format("%s %o %O %j", value, value, value, value))],
    ["clone", attempt(() => inspect(structuredClone(value), whole))],
    ["V8", attempt(() => serialize(value).toString("latin1"))],
    ["entries", attempt(() => inspect(Object.entries(Object.getOwnPropertyDescriptors(Object(value))), whole))],
    ["encoded", isOurs(value) ? attempt(() => encode(value)) : ""],
    [
      "console",
      attempt(() => {
        console.log(value)
        console.error("failed", value)
        console.dir(value, { depth: Infinity, showHidden: true })
        console.table(value)
        console.trace(value)
        return text()
      })
    ]
  ]
}

const ofCause = (cause: Cause.Cause<unknown>): ReadonlyArray<Rendering> => [
  ["Cause.pretty", attempt(() => Cause.pretty(cause))],
  [
    "Cause.prettyErrors",
    attempt(() =>
      Cause.prettyErrors(cause)
        .map((error) => inspect(error, whole))
        .join("\n")
    )
  ],
  ["String of the cause", attempt(() => String(cause))],
  ["JSON of the cause", attempt(() => JSON.stringify(cause))],
  ["inspect of the cause", attempt(() => inspect(cause, whole))],
  ["inspect of the cause without custom functions", attempt(() => inspect(cause, { ...whole, customInspect: false }))],
  ["JSON of the exit", attempt(() => JSON.stringify(Exit.failCause(cause)))],
  ["inspect of the exit", attempt(() => inspect(Exit.failCause(cause), whole))]
]

const loggers = {
  default: Logger.defaultLogger,
  simple: Logger.withConsoleLog(Logger.formatSimple),
  LogFmt: Logger.consoleLogFmt,
  JSON: Logger.consoleJson,
  structured: Logger.consoleStructured,
  "pretty, on a terminal": Logger.consolePrettyTty({ colors: true }),
  "pretty, in a browser": Logger.consolePrettyBrowser({ colors: false }),
  pretty: Logger.consolePretty(),
  bare: Logger.make(({ cause, message }) => inspect([message, cause], whole)).pipe(Logger.withConsoleError)
} as const

/** What a logger prints of an effect. */
export const logged = Effect.fnUntraced(function* (
  logger: Logger.Logger<unknown, unknown>,
  effect: Effect.Effect<unknown, unknown>
) {
  const { console, text } = memory()
  yield* Effect.exit(effect).pipe(
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All"),
    Effect.provideService(Console.Console, console)
  )
  return text()
})

const ofLoggers = (cause: Cause.Cause<unknown>): Effect.Effect<ReadonlyArray<Rendering>> =>
  Effect.forEach(Object.entries(loggers), ([name, logger]) =>
    Effect.map(
      logged(
        logger,
        Effect.gen(function* () {
          const error = Cause.squash(cause)
          yield* Effect.logError(error)
          yield* Effect.logError("failed", error)
          yield* Effect.logFatal("failed", cause)
          yield* Effect.annotateLogs(Effect.logWarning("annotated"), { error })
          yield* Effect.logDebug({ nested: { error } })
        })
      ),
      (text): Rendering => [`logger: ${name}`, text]
    )
  )

const ofRejection = (cause: Cause.Cause<unknown>): Effect.Effect<ReadonlyArray<Rendering>> =>
  Effect.promise(() => Effect.runPromise(Effect.failCause(cause)).then(() => [], ofValue))

const ofThrown = (cause: Cause.Cause<unknown>): ReadonlyArray<Rendering> => {
  try {
    Effect.runSync(Effect.failCause(cause))
    return []
  } catch (error) {
    return ofValue(error)
  }
}

const named = (prefix: string, renderings: ReadonlyArray<Rendering>): ReadonlyArray<Rendering> =>
  renderings.map(([name, text]) => [`${prefix}: ${name}`, text])

const valueOf = (reason: Cause.Reason<unknown>): ReadonlyArray<unknown> => {
  if (reason._tag === "Fail") return [reason.error]
  return reason._tag === "Die" ? [reason.defect] : []
}

/** All renderings of a failure. */
export const ofFailure = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  return [
    ...cause.reasons.flatMap(valueOf).flatMap((value) => named("error", ofValue(value))),
    ...named("thrown", ofThrown(cause)),
    ...named("rejection", yield* ofRejection(cause)),
    ...ofCause(cause),
    ...(yield* ofLoggers(cause))
  ]
})
