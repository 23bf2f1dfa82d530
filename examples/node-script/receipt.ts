/**
 * The receipt of an erasure: as a file, and as text to read.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as Receipt from "@effect-twilio-video/erasure/Receipt"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fs from "node:fs/promises"
import { table, wrap } from "../src/table.ts"

/** A receipt with the key that verifies it. */
const ReceiptFile = Schema.fromJsonString(Schema.Struct({ receipt: Schema.Json, publicKey: ErasureKeys.PublicKey }), {
  space: 2
})

export class UnusableFile extends Schema.TaggedError<UnusableFile>()("UnusableFile", { message: Schema.String }) {}

const unusable = (message: string) => () => new UnusableFile({ message })

export const write = Effect.fnUntraced(function* (
  file: string,
  content: { readonly receipt: Receipt.Receipt; readonly publicKey: ErasureKeys.PublicKey }
) {
  const text = yield* Effect.orDie(Schema.encodeEffect(ReceiptFile)(content))
  yield* Effect.tryPromise({
    try: () => fs.writeFile(file, `${text}\n`),
    catch: unusable(`The receipt can't be written to ${file}. Run it again when it can.`)
  })
})

export const read = Effect.fnUntraced(function* (file: string) {
  const text = yield* Effect.tryPromise({
    try: () => fs.readFile(file, "utf8"),
    catch: unusable(`${file} can't be read.`)
  })
  const { publicKey, receipt } = yield* Effect.mapError(
    Schema.decodeEffect(ReceiptFile)(text),
    unusable(`${file} isn't a receipt that this command wrote.`)
  )
  return { publicKey, receipt: yield* Receipt.fromJson(JSON.stringify(receipt)) }
})

const outcomes = ({ participations }: Receipt.Receipt): string => {
  const counts = new Map<string, number>()
  for (const { outcome } of participations) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return participations.length === 0 ? "none found" : [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")
}

/** Participations and rooms that need a person: at most ten. */
const problems = ({ participations, rooms }: Receipt.Receipt): ReadonlyArray<string> => {
  const rows = [
    ...rooms.map(({ code, problem, roomSid, status }) => [roomSid, "", problem, status, code]),
    ...participations.map(({ code, outcome, participantSid, roomSid, status }) => [
      roomSid,
      participantSid,
      outcome,
      status,
      code
    ])
  ].filter(([, , problem]) => problem !== "Anonymized" && problem !== "Gone")
  if (rows.length === 0) return []
  const head = ["room", "participant", "outcome", "HTTP status", "Twilio's code"]
  return [
    "",
    table(
      head,
      rows.slice(0, 10).map((cells) => cells.map((cell) => `${cell ?? ""}`))
    ),
    ...(rows.length > 10 ? [`  and ${rows.length - 10} more`] : [])
  ]
}

export const summary = (receipt: Receipt.Receipt): string => {
  const { outcome, remaining, requestId, roomsSeen, rules, stores = [], times, unreadable } = receipt
  const lines = [
    ["request", requestId],
    ["outcome", outcome],
    ["requested", times.requested],
    ["tokens expired", times.settled ?? "-"],
    ["verified", times.verified ?? "-"],
    ["rooms searched", `${roomsSeen} in two sweeps`],
    ["participations", outcomes(receipt)],
    ["unreadable records", `${unreadable.length}`],
    ["rules that name them", `${rules.length}`],
    ["forgotten by", stores.map(({ forgotten, name }) => `${name} (${forgotten})`).join(", ") || "no store"]
  ]
  return [
    ...lines.map(([name = "", value = ""]) => `  ${name.padEnd(20)} ${value}`),
    ...problems(receipt),
    "",
    "  What remains",
    ...remaining.map(
      ({ data, reason, until }) =>
        `  ${data.padEnd(20)} ${wrap(until === undefined ? reason : `${reason} Until ${until}.`, 90, " ".repeat(23)).trimStart()}`
    )
  ].join("\n")
}
