/**
 * Signed proof of an erasure: what was searched, what was found, what happened to it, and what remains. It contains no
 * identity, so it can be stored and sent.
 *
 * Each window and each participation has a hash of itself and of the hash before it, and the receipt is signed as a whole.
 * {@link verify} checks both offline. A receipt is plain JSON: `JSON.stringify` writes it, and {@link fromJson} reads it.
 * Times are ISO 8601 texts in UTC.
 *
 * To verify it without this library: a hash is the SHA-256 of the canonical JSON (RFC 8785) of
 * `[hash before, "window" or "participation", entry without its hash]`, in base64url. The windows come first; the hash before
 * the first entry is that of `["receipt", 1, requestId]`. `signature` is ECDSA on P-256 with SHA-256 (IEEE P1363, base64url) of
 * the canonical JSON of the receipt without `signature`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as ErasureKeys from "./ErasureKeys.ts"
import * as Ecdsa from "./internal/Ecdsa.ts"
import * as HashChain from "./internal/HashChain.ts"

const version = 1

const window = {
  /** The first sweep, or the one after access tokens have expired. */
  sweep: Schema.Literals([1, 2]),
  from: Schema.String,
  to: Schema.String,
  /** How many rooms that were created in this time were searched. */
  rooms: Schema.Int,
  /** How many participations were found in them, of all requests of the sweep. */
  found: Schema.Int
}

/**
 * Rooms that were searched, by the time of their creation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Window extends Schema.Schema.Type<typeof Window> {}

/**
 * The schema of a window.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Window = Schema.Struct(window)

const participation = {
  participantSid: Schema.String,
  roomSid: Schema.String,
  /**
   * See `ErasureSteps.OutcomeKind`. `Unconfirmed`: the request was canceled while the call to Twilio was on its way.
   */
  outcome: Schema.Literals(["Anonymized", "NotFound", "Gone", "StillConnected", "Refused", "NotErased", "Unconfirmed"]),
  at: Schema.String,
  /** Twilio's ID of the request that anonymized it. */
  twilioRequestId: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.Int)
}

/**
 * A participation of the person, and what happened to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Participation extends Schema.Schema.Type<typeof Participation> {}

/**
 * The schema of a participation.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Participation = Schema.Struct(participation)

const Remaining = Schema.Struct({
  data: Schema.Literals([
    "recordings",
    "compositions",
    "transcriptions",
    "insights",
    "names",
    "subscribe-rules",
    "exports"
  ]),
  /** Why it remains, and what you can do. */
  reason: Schema.String,
  /** When it goes, if Twilio says so. */
  until: Schema.optionalKey(Schema.String)
})

/**
 * Data about the person that the erasure doesn't reach.
 *
 * @category models
 * @since 0.1.0
 */
export interface Remaining extends Schema.Schema.Type<typeof Remaining> {}

const Located = Schema.Struct({ roomSid: Schema.String, participantSid: Schema.String })

const contents = {
  requestId: Schema.String,
  /** `Complete`: every participation that was found is erased. `Partial`: some aren't, or something couldn't be read. */
  outcome: Schema.Literals(["Complete", "Partial", "Canceled"]),
  times: Schema.Struct({
    requested: Schema.String,
    embargoed: Schema.optionalKey(Schema.String),
    /** When access tokens that were minted before the embargo had expired. */
    settled: Schema.optionalKey(Schema.String),
    verified: Schema.optionalKey(Schema.String),
    issued: Schema.String
  }),
  /** In seconds. */
  tokenLifetime: Schema.Finite,
  connected: Schema.Literals(["wait", "remove"]),
  roomsSeen: Schema.Int,
  /** Rooms that couldn't be searched. `Gone`: Twilio doesn't have the room any more, as two looks confirmed. */
  rooms: Schema.Array(
    Schema.Struct({
      roomSid: Schema.String,
      problem: Schema.Literals(["NotFound", "Gone", "Refused"]),
      status: Schema.optionalKey(Schema.Int),
      code: Schema.optionalKey(Schema.Int)
    })
  ),
  /** Records of participants that couldn't be decoded, so they may be the person's. */
  unreadable: Schema.Array(Located),
  /** How many records of rooms had no readable SID. */
  unreadableRooms: Schema.Int,
  /** Other participants whose subscribe rules named the person, in rooms in progress where the person was found. */
  rules: Schema.Array(Located),
  /**
   * The identity stores of the application that were asked to forget the person, and how many participants or records each
   * forgot; after a crash, it may have forgotten more. Empty if the layer was provided with none. Missing in older receipts.
   */
  stores: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String, forgotten: Schema.Int }))),
  remaining: Schema.Array(Remaining)
}

/**
 * A receipt before it's signed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unsigned extends Schema.Schema.Type<typeof Unsigned> {}

/**
 * The schema of a receipt before it's signed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Unsigned = Schema.Struct({
  ...contents,
  windows: Schema.Array(Window),
  participations: Schema.Array(Participation)
})

/**
 * A signed receipt.
 *
 * @category models
 * @since 0.1.0
 */
export interface Receipt extends Schema.Schema.Type<typeof Receipt> {}

/**
 * The schema of a signed receipt.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Receipt = Schema.Struct({
  version: Schema.Literal(version),
  ...contents,
  windows: Schema.Array(Schema.Struct({ ...window, hash: Schema.String })),
  participations: Schema.Array(Schema.Struct({ ...participation, hash: Schema.String })),
  /** The last hash. */
  head: Schema.String,
  /** The ID of the public key. */
  keyId: Schema.String,
  /** Covers everything else. */
  signature: Schema.String
})

/**
 * The receipt isn't what was signed: see {@link fromJson} and {@link verify}. `entry` is the first one that doesn't fit
 * those before it: `window 3`, `participation 1`, or `head` if the end of the receipt is missing.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidReceipt extends Schema.TaggedError<InvalidReceipt>()("InvalidReceipt", {
  message: Schema.String,
  problem: Schema.Literals(["format", "version", "other-key", "chain", "signature"]),
  entry: Schema.optionalKey(Schema.String)
}) {}

const invalid = (problem: InvalidReceipt["problem"], message: string, entry?: string) =>
  new InvalidReceipt({ message, problem, ...(entry === undefined ? {} : { entry }) })

const hasOtherVersion = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "version" in value && value.version !== version

const otherVersion = () =>
  invalid("version", "The receipt has another version. Verify it with the release that knows it.")

const decode = Schema.decodeUnknownOption(Receipt, { onExcessProperty: "error" })

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/**
 * Reads a receipt from its JSON. Checks the form only: see {@link verify}.
 *
 * Fails with `InvalidReceipt`: `version` if a release with another format wrote it, or `format` if it isn't a receipt, or has
 * members that receipts don't have.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromJson = (text: string): Effect.Effect<Receipt, InvalidReceipt> => {
  const json = parse(text)
  if (Option.exists(json, hasOtherVersion)) return Effect.fail(otherVersion())
  return Effect.mapError(Effect.fromOption(Option.flatMap(json, decode)), () =>
    invalid("format", "The text isn't a receipt. Use the JSON of a receipt, unchanged.")
  )
}

/** The hash before the first entry. It names the request, so that entries can't move to the receipt of another one. */
const startOf = (requestId: string): Promise<string> => HashChain.hash(["receipt", version, requestId])

/**
 * Chains and signs a receipt. Leaves out members that receipts don't have.
 *
 * @category signing
 * @since 0.1.0
 */
export const sign = (keys: ErasureKeys.Keys, unsigned: Unsigned): Effect.Effect<Receipt> =>
  Effect.gen(function* () {
    const { kid } = yield* ErasureKeys.publicKey(keys)
    const contents = yield* Effect.orDie(Schema.encodeEffect(Unsigned)(unsigned))
    return yield* Effect.promise(async () => {
      const start = await startOf(contents.requestId)
      const windows = await HashChain.link(start, "window", contents.windows)
      const middle = windows.at(-1)?.hash ?? start
      const participations = await HashChain.link(middle, "participation", contents.participations)
      const head = participations.at(-1)?.hash ?? middle
      const receipt = { version, ...contents, windows, participations, head, keyId: kid } as const
      return { ...receipt, signature: await Ecdsa.sign(Redacted.value(keys.sign), HashChain.canonical(receipt)) }
    })
  })

const firstBroken = async ({ head, participations, requestId, windows }: Receipt): Promise<string | undefined> => {
  const start = await startOf(requestId)
  const window = await HashChain.firstBroken(start, "window", windows)
  if (window >= 0) return `window ${window + 1}`
  const middle = windows.at(-1)?.hash ?? start
  const participation = await HashChain.firstBroken(middle, "participation", participations)
  if (participation >= 0) return `participation ${participation + 1}`
  return head === (participations.at(-1)?.hash ?? middle) ? undefined : "head"
}

/**
 * Verifies offline that a receipt is what the owner of this key signed.
 *
 * Fails with `InvalidReceipt`: `version` if a release with another format wrote it, `other-key` if it names another key,
 * `chain` if windows or participations were changed, moved, added or removed (`entry` says from which one on), or
 * `signature` if anything else was changed, or everything was hashed again.
 *
 * @example
 * ```ts
 * import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
 * import * as Receipt from "@effect-twilio-video/erasure/Receipt"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const keys = yield* ErasureKeys.generate
 *   const receipt = yield* Receipt.sign(keys, {
 *     requestId: "req-17",
 *     outcome: "Complete",
 *     times: { requested: "2026-11-27T09:00:00.000Z", issued: "2026-11-28T09:30:00.000Z" },
 *     tokenLifetime: 86_400,
 *     connected: "wait",
 *     roomsSeen: 31,
 *     rooms: [],
 *     unreadable: [],
 *     unreadableRooms: 0,
 *     rules: [],
 *     remaining: [],
 *     windows: [
 *       { sweep: 1, from: "2026-11-26T00:00:00.000Z", to: "2026-11-27T00:00:00.000Z", rooms: 31, found: 0 }
 *     ],
 *     participations: []
 *   })
 *   const publicKey = yield* ErasureKeys.publicKey(keys)
 *   yield* Receipt.verify(receipt, publicKey)
 *
 *   const changed = yield* Receipt.fromJson(JSON.stringify(receipt).replace('"found":0', '"found":1'))
 *   const { entry } = yield* Effect.flip(Receipt.verify(changed, publicKey))
 *   return entry
 * })
 *
 * await Effect.runPromise(program) // => "window 1"
 * ```
 * @category verification
 * @since 0.1.0
 */
export const verify = (receipt: Receipt, publicKey: ErasureKeys.PublicKey): Effect.Effect<void, InvalidReceipt> =>
  Effect.gen(function* () {
    // The type rules it out, but not for a value that was cast.
    if (hasOtherVersion(receipt)) return yield* otherVersion()
    if (receipt.keyId !== publicKey.kid) {
      return yield* invalid("other-key", "The receipt names another key. Use the public key with its keyId.")
    }
    const entry = yield* Effect.promise(() => firstBroken(receipt))
    if (entry !== undefined) {
      return yield* invalid(
        "chain",
        `The receipt was changed after it was signed, at ${entry}. Use the original.`,
        entry
      )
    }
    const { signature, ...signed } = receipt
    // WebCrypto rejects a public key that isn't on the curve.
    const isSigned = yield* Effect.promise(() =>
      Ecdsa.verify(publicKey, signature, HashChain.canonical(signed)).catch(() => false)
    )
    if (!isSigned) {
      return yield* invalid("signature", "The receipt wasn't signed with this key, or was changed afterwards.")
    }
  })
