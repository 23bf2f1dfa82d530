/**
 * What `erase` does with a request: asks whom to erase, watches the job, and ends with the receipt.
 */
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as Prompt from "effect/cli/Prompt"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as path from "node:path"
import * as Display from "./display.ts"
import * as ReceiptFile from "./receipt.ts"

/** A request to `erase` that can't be carried out as it was written. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { message: Schema.String }) {}

/** Whether there's someone to ask. */
export const isInteractive = process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb"

export const exitWith = (code: number) =>
  Effect.sync(() => {
    process.exitCode = code
  })

const ask = Effect.gen(function* () {
  const identities = [yield* Prompt.Hidden({ message: "Identity of the person (not shown)" })]
  for (;;) {
    const another = yield* Prompt.Hidden({ message: "Another identity of the same person (Enter if there's none)" })
    if (Redacted.value(another) === "") return identities
    identities.push(another)
  }
})

/** The identities from `ERASE_IDENTITY`, one a line. An argument would show them in the process list. */
const configured = Config.Redacted("ERASE_IDENTITY").pipe(
  Config.option,
  Config.map(
    Option.match({
      onNone: () => [],
      onSome: (text) =>
        Redacted.value(text)
          .split(/\r?\n/u)
          .filter((line) => line !== "")
          .map((line) => Redacted.make(line))
    })
  )
)

export const identities = (defaults: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const given = yield* configured
    if (given.length > 0) return given
    if (defaults.length > 0) return defaults.map((identity) => Redacted.make(identity))
    if (isInteractive) return yield* ask
    return yield* new Refused({
      message: "The identity is missing. Set ERASE_IDENTITY, with one identity a line, or run it on a terminal."
    })
  })

export interface Request {
  readonly requestId: string
  readonly since: Date | undefined
  /** Whom to erase if nobody is named. */
  readonly defaults: ReadonlyArray<string>
}

/** Requests the erasure, or joins the one with this ID. Joining needs no identity. */
const join = Effect.fnUntraced(function* ({ defaults, requestId, since }: Request) {
  const isKnown = yield* Erasure.status(requestId).pipe(
    Effect.as(true),
    Effect.catchTag("UnknownRequest", () => Effect.succeed(false))
  )
  if (isKnown && (yield* configured).length === 0) return requestId
  return yield* Erasure.request({ requestId, identities: yield* identities(defaults), since })
})

const isEnd = ({ _tag }: Erasure.Status): boolean =>
  _tag === "Complete" || _tag === "Partial" || _tag === "Canceled" || _tag === "Stalled"

/** Shows the status until the job ends or is stalled, and returns the last one. */
const watch = Effect.fnUntraced(function* (requestId: string) {
  const { columns, isTTY } = process.stdout
  const display = Display.make({
    isTTY: isTTY && process.env["TERM"] !== "dumb",
    columns: columns || 80,
    write: (text) => process.stdout.write(text)
  })
  const update = (status: Erasure.Status) => Effect.map(Clock.currentTimeMillis, (now) => display.update(status, now))
  const tick = Effect.repeat(Effect.map(Clock.currentTimeMillis, display.tick), Schedule.spaced("250 millis"))
  return yield* Erasure.watch(requestId).pipe(
    Stream.takeUntil(isEnd),
    Stream.tap(update),
    Stream.runLast,
    Effect.raceFirst(Effect.andThen(tick, Effect.never)),
    Effect.ensuring(Effect.sync(display.end))
  )
})

/** Prints the receipt, and writes it to a file with the key that verifies it. */
const finish = Effect.fnUntraced(function* (requestId: string, folder: string) {
  const receipt = yield* Erasure.receipt(requestId)
  const file = path.join(folder, `${requestId.replaceAll(":", "_")}.receipt.json`)
  yield* ReceiptFile.write(file, { receipt, publicKey: yield* Erasure.publicKey })
  yield* Console.log(
    [
      "",
      ReceiptFile.summary(receipt),
      "",
      `  The receipt is in ${file}, with the public key.`,
      `  Verify it with: npx -y pnpm@12.21.0 erase verify ${file}`
    ].join("\n")
  )
  return receipt
})

/** Runs a request to its end. Succeeds only if it's complete. */
export const erase = Effect.fnUntraced(function* (
  request: Request & { readonly resume: boolean; readonly folder: string; readonly onInterrupt: string }
) {
  const requestId = yield* join(request)
  const { _tag } = yield* Erasure.status(requestId)
  if (_tag === "Complete" || _tag === "Partial" || _tag === "Canceled") {
    yield* Console.log("This request is done: here's its receipt. For another erasure, pass another --request.\n")
  }
  if (request.resume) yield* Erasure.resume(requestId)
  const last = Option.getOrUndefined(
    yield* Effect.onInterrupt(watch(requestId), () => Console.log(`\n${request.onInterrupt}`))
  )
  if (last?._tag === "Stalled") {
    yield* Console.error(
      `\nStalled: ${last.reason}\nMend the cause, then run it again with --resume. To give up, use --cancel.`
    )
    return yield* exitWith(1)
  }
  const { outcome } = yield* finish(requestId, request.folder)
  if (outcome !== "Complete") yield* exitWith(1)
})

export const cancel = Effect.fnUntraced(function* (requestId: string, folder: string) {
  yield* Erasure.cancel(requestId)
  yield* Console.log("Canceled. The identities are destroyed; what was erased stays erased.")
  yield* finish(requestId, folder)
})

export const preview = Effect.fnUntraced(function* ({ defaults, since }: Request) {
  yield* Console.log("A dry run: it counts, and changes nothing. Reading all rooms …")
  const { connected, participations, rooms, unreadable } = yield* Erasure.preview({
    identities: yield* identities(defaults),
    since
  })
  const lines = [
    ["rooms", rooms],
    ["participations", participations],
    ["of these connected", connected],
    ["unreadable", unreadable]
  ] as const
  yield* Console.log(`\n${lines.map(([name, value]) => `  ${name.padEnd(20)} ${value}`).join("\n")}`)
})

/** Asks before something is erased at Twilio. */
export const confirm = Effect.fnUntraced(function* (isConfirmed: boolean, question: string) {
  if (isConfirmed) return
  if (!isInteractive) {
    return yield* new Refused({
      message: "Erasing at Twilio can't be undone. Without a terminal to ask on, pass --yes."
    })
  }
  if (!(yield* Prompt.Confirm({ message: question }))) return yield* new Refused({ message: "Nothing was done." })
})
