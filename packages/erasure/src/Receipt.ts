/**
 * Signed proof of an erasure: what was searched, what was found, what happened to it, and what remains. It contains no
 * identity, so it can be stored and sent.
 *
 * Each window and each participation has a hash of itself and of the one before, and the receipt is signed as a whole.
 * {@link verify} checks both without a service or network. Times are texts in ISO 8601, UTC.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ErasureKeys from "./ErasureKeys.ts"
import * as Bytes from "./internal/Bytes.ts"

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
  outcome: Schema.Literals(["Complete", "Partial", "Cancelled"]),
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
  remaining: Schema.Array(Remaining)
}

const Unsigned = Schema.Struct({
  ...contents,
  windows: Schema.Array(Window),
  participations: Schema.Array(Participation)
})

/**
 * A receipt before it's signed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unsigned extends Schema.Schema.Type<typeof Unsigned> {}

/**
 * A signed receipt.
 *
 * @category models
 * @since 0.1.0
 */
export interface Receipt extends Schema.Schema.Type<typeof Receipt> {}

/**
 * The codec between a receipt and its JSON. Keep the JSON: the signature is about it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Receipt = Schema.Struct({
  version: Schema.Literal(1),
  ...contents,
  windows: Schema.Array(Schema.Struct({ ...window, hash: Schema.String })),
  participations: Schema.Array(Schema.Struct({ ...participation, hash: Schema.String })),
  /** The ID of the public key. */
  keyId: Schema.String,
  /** ECDSA on P-256 with SHA-256, base64url, of the canonical JSON of everything else. */
  signature: Schema.String
})

/**
 * The receipt isn't what was signed. `entry` names the first window or participation that doesn't fit the one before it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidReceipt extends Schema.TaggedError<InvalidReceipt>()("InvalidReceipt", {
  message: Schema.String,
  problem: Schema.Literals(["other-key", "signature", "chain"]),
  entry: Schema.optionalKey(Schema.String)
}) {}

/** JSON with sorted members and no white space, as in RFC 8785: equal values have equal texts. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`
}

const hash = async (before: string, kind: string, entry: object): Promise<string> =>
  Bytes.toBase64Url(await crypto.subtle.digest("SHA-256", Bytes.fromText(`${before}\n${kind}\n${canonical(entry)}`)))

const chain = async <A extends object>(
  before: string,
  kind: string,
  entries: ReadonlyArray<A>
): Promise<Array<A & { readonly hash: string }>> => {
  const chained: Array<A & { readonly hash: string }> = []
  for (const entry of entries) {
    chained.push({ ...entry, hash: await hash(chained.at(-1)?.hash ?? before, kind, entry) })
  }
  return chained
}

const algorithm = { name: "ECDSA", hash: "SHA-256" }

/** The first hash depends on the request, so that entries can't move to another receipt. */
const head = (requestId: string): string => `effect-twilio-video/erasure/1/${requestId}`

/**
 * Chains and signs a receipt.
 *
 * @category signing
 * @since 0.1.0
 */
export const sign = (keys: ErasureKeys.Keys, unsigned: Unsigned): Effect.Effect<Receipt> =>
  Effect.gen(function* () {
    const { kid } = yield* ErasureKeys.publicKey(keys)
    const key = yield* ErasureKeys.signingKey(keys)
    return yield* Effect.promise(async () => {
      const before = head(unsigned.requestId)
      const windows = await chain(before, "window", unsigned.windows)
      const participations = await chain(windows.at(-1)?.hash ?? before, "participation", unsigned.participations)
      const receipt = { version: 1 as const, ...unsigned, windows, participations, keyId: kid }
      const signature = await crypto.subtle.sign(algorithm, key, Bytes.fromText(canonical(receipt)))
      return { ...receipt, signature: Bytes.toBase64Url(signature) }
    })
  })

const invalid = (problem: InvalidReceipt["problem"], message: string, entry?: string) =>
  Effect.fail(new InvalidReceipt({ message, problem, ...(entry === undefined ? {} : { entry }) }))

const firstBroken = async ({ participations, requestId, windows }: Receipt): Promise<string | undefined> => {
  let before = head(requestId)
  const entries = [
    ...windows.map((entry, index) => ({ kind: "window", entry, index })),
    ...participations.map((entry, index) => ({ kind: "participation", entry, index }))
  ]
  for (const { entry, index, kind } of entries) {
    const { hash: stated, ...rest } = entry
    if ((await hash(before, kind, rest)) !== stated) return `${kind} ${index + 1}`
    before = stated
  }
  return undefined
}

const isSigned = async ({ signature, ...receipt }: Receipt, { crv, kty, x, y }: ErasureKeys.PublicKey) => {
  const bytes = Bytes.fromBase64Url(signature)
  if (bytes === undefined) return false
  const key = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, [
    "verify"
  ])
  return crypto.subtle.verify(algorithm, key, bytes, Bytes.fromText(canonical(receipt)))
}

/**
 * Verifies that a receipt is what the service signed with this key. Needs no service and no network.
 *
 * Fails with `InvalidReceipt`: `other-key` if the receipt names another key, `chain` with the first `entry` that was
 * changed, moved, added or removed, or `signature` if anything else was.
 *
 * @category verification
 * @since 0.1.0
 */
export const verify = (receipt: Receipt, publicKey: ErasureKeys.PublicKey): Effect.Effect<void, InvalidReceipt> =>
  Effect.gen(function* () {
    if (receipt.keyId !== publicKey.kid) {
      return yield* invalid("other-key", "The receipt was signed with another key. Use the one with its keyId.")
    }
    const entry = yield* Effect.promise(() => firstBroken(receipt))
    if (entry !== undefined) {
      return yield* invalid("chain", `The receipt was changed after it was signed, at ${entry}.`, entry)
    }
    const isValid = yield* Effect.orElseSucceed(
      Effect.tryPromise(() => isSigned(receipt, publicKey)),
      () => false
    )
    if (!isValid)
      return yield* invalid("signature", "The receipt wasn't signed with this key, or was changed afterwards.")
  })
