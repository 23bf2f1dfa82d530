/**
 * Signed receipts: which changes are noticed, and where.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as Receipt from "@effect-twilio-video/erasure/Receipt"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash, createPublicKey, verify } from "node:crypto"
import { count } from "../../../tests/support/Lane.ts"

const participation = (index: number): Receipt.Participation => ({
  participantSid: `PA${String(index).padStart(32, "0")}`,
  roomSid: `RM${String(index).padStart(32, "0")}`,
  outcome: "Anonymized",
  at: "2026-11-27T10:00:00.000Z",
  twilioRequestId: `RQ${String(index).padStart(32, "0")}`,
  status: 200
})

const window = (index: number): Receipt.Window => ({
  sweep: index < 2 ? 1 : 2,
  from: `2026-11-0${index}T00:00:00.000Z`,
  to: `2026-11-0${index + 1}T00:00:00.000Z`,
  rooms: 31,
  found: 1
})

const located = { roomSid: `RM${"a".repeat(32)}`, participantSid: `PA${"b".repeat(32)}` }

const unsigned: Receipt.Unsigned = {
  requestId: "req-17",
  outcome: "Partial",
  times: {
    requested: "2026-11-26T09:00:00.000Z",
    embargoed: "2026-11-26T09:00:01.000Z",
    settled: "2026-11-27T09:00:00.000Z",
    verified: "2026-11-27T09:30:00.000Z",
    issued: "2026-11-27T09:30:01.000Z"
  },
  tokenLifetime: 86_400,
  connected: "wait",
  roomsSeen: 93,
  rooms: [{ roomSid: located.roomSid, problem: "Refused", status: 400, code: 20001 }],
  unreadable: [located],
  unreadableRooms: 1,
  rules: [located],
  stores: [
    { name: "profiles", forgotten: 0 },
    { name: "roster", forgotten: 3 }
  ],
  remaining: [{ data: "insights", reason: "Twilio keeps them.", until: "2026-12-04T09:30:00.000Z" }],
  windows: [1, 2, 3].map(window),
  participations: [1, 2, 3, 4].map(participation)
}

const signed = Effect.gen(function* () {
  const keys = yield* ErasureKeys.generate
  return { keys, publicKey: yield* ErasureKeys.publicKey(keys), receipt: yield* Receipt.sign(keys, unsigned) }
})

/** Signed before receipts listed identity stores. */
const older = {
  receipt: {
    version: 1,
    requestId: "req-16",
    outcome: "Complete",
    times: { requested: "2026-11-26T09:00:00.000Z", issued: "2026-11-27T09:30:01.000Z" },
    tokenLifetime: 86_400,
    connected: "wait",
    roomsSeen: 31,
    rooms: [],
    unreadable: [],
    unreadableRooms: 0,
    rules: [],
    remaining: [],
    windows: [
      {
        sweep: 1,
        from: "2026-11-25T00:00:00.000Z",
        to: "2026-11-26T00:00:00.000Z",
        rooms: 31,
        found: 1,
        hash: "Br7ZtkkCrtS2eq6OfVUBae2uM-9tx95Xjerr4ga_w44"
      }
    ],
    participations: [
      {
        ...located,
        outcome: "Anonymized",
        at: "2026-11-26T10:00:00.000Z",
        hash: "aqD0RMsgfdwySx5hPTSo1Eu4UztghbAX1NuK_up59io"
      }
    ],
    head: "aqD0RMsgfdwySx5hPTSo1Eu4UztghbAX1NuK_up59io",
    keyId: "2q6hWazW3LNC9Eq7oqlK3zsNtsIPYRNtZ8P5dkkLCm4",
    signature: "n0vUXOfMtWDs8V_iUixpiavdaTeRP2y4DpzRIgBeu0qdami3y8ELe4HAm0ixjnZyXA3nVXRo1DKlozeapAd1hw"
  },
  publicKey: {
    kty: "EC",
    crv: "P-256",
    x: "1H0xcqTVrv7IF-HVV3FssJmQ4-td_h5XCFinJQatRvs",
    y: "kaDlyss7AdSqq5Y0fhUq1h_XkeAzsqE2JNV35N5edsU",
    kid: "2q6hWazW3LNC9Eq7oqlK3zsNtsIPYRNtZ8P5dkkLCm4"
  }
} as const

/** Reads and verifies, as the owner of the JSON would. */
const check = (json: unknown, publicKey: ErasureKeys.PublicKey) =>
  Effect.flatMap(Receipt.fromJson(JSON.stringify(json)), (receipt) => Receipt.verify(receipt, publicKey))

const problemOf = (json: unknown, publicKey: ErasureKeys.PublicKey) =>
  Effect.map(Effect.flip(check(json, publicKey)), ({ entry, problem }) => (entry === undefined ? problem : entry))

const changes = (value: unknown): ReadonlyArray<unknown> => {
  if (typeof value === "number") return [value + 1, -value - 1, String(value), null]
  if (typeof value !== "string") return [null]
  const [first = ""] = value
  return [`${value}A`, value.slice(1), `${first === "A" ? "B" : "A"}${value.slice(1)}`, value.slice(0, -1), "", 7, null]
}

/** Other values than this one. */
const others = (value: unknown): ReadonlyArray<unknown> => changes(value).filter((other) => other !== value)

/** Changes of one array: an element removed, repeated, or moved to the front. */
const rearranged = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  values.flatMap((value, index) => [
    values.toSpliced(index, 1),
    values.toSpliced(index, 0, value),
    ...(index === 0 ? [] : [[value, ...values.toSpliced(index, 1)]])
  ])

const withMember = (json: object, key: string, value: unknown) => ({ ...json, [key]: value })

/** Every JSON that differs from this one in one place. */
const mutants = (json: unknown): ReadonlyArray<unknown> => {
  if (typeof json !== "object" || json === null) return others(json)
  if (Array.isArray(json)) {
    const inner = json.flatMap((value, index) => mutants(value).map((mutant) => json.with(index, mutant)))
    return [...rearranged(json), ...inner, null].filter((mutant) => JSON.stringify(mutant) !== JSON.stringify(json))
  }
  return Object.entries(json).flatMap(([key, value]) =>
    [undefined, ...mutants(value)]
      .map((mutant) => withMember(json, key, mutant))
      .concat(withMember(json, `${key}2`, value))
  )
}

const noticesEveryMutant = Effect.fnUntraced(function* (receipt: Receipt.Receipt, publicKey: ErasureKeys.PublicKey) {
  const all = mutants(JSON.parse(JSON.stringify(receipt)))
  for (const mutant of all) {
    const error = yield* Effect.orElseSucceed(Effect.flip(check(mutant, publicKey)), () => undefined)
    assert.strictEqual(error?._tag, "InvalidReceipt", JSON.stringify(mutant))
  }
  return all.length
})

describe("Receipt", () => {
  it.effect("verifies as the JSON that was signed, in any order of members", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      yield* check(receipt, publicKey)
      yield* check(Object.fromEntries(Object.entries(receipt).toReversed()), publicKey)
      const { head, keyId, signature: _, version, ...contents } = receipt
      assert.deepInclude({ head, keyId, version }, { keyId: publicKey.kid, version: 1 })
      assert.deepStrictEqual(yield* Schema.decodeEffect(Receipt.Unsigned)(contents), unsigned)
    })
  )

  it.effect("verifies without windows and participations", () =>
    Effect.gen(function* () {
      const { keys, publicKey } = yield* signed
      const empty = yield* Receipt.sign(keys, { ...unsigned, windows: [], participations: [] })
      yield* check(empty, publicKey)
      assert.strictEqual(yield* problemOf({ ...empty, head: publicKey.kid }, publicKey), "head")
    })
  )

  it.effect("verifies if it was signed before receipts listed identity stores", () =>
    Effect.gen(function* () {
      yield* check(older.receipt, older.publicKey)
      assert.strictEqual(yield* problemOf({ ...older.receipt, stores: [] }, older.publicKey), "signature")
    })
  )

  it.effect("notices any change of any member", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      assert.isAbove(yield* noticesEveryMutant(receipt, publicKey), 500)
    })
  )

  const Few = Schema.Struct({
    ...Receipt.Unsigned.fields,
    windows: Schema.Array(Receipt.Window).check(Schema.isMaxLength(2)),
    participations: Schema.Array(Receipt.Participation).check(Schema.isMaxLength(2))
  })

  it.effect.prop(
    "notices any change of a receipt with any values",
    [Few],
    ([unsigned]) =>
      Effect.gen(function* () {
        const keys = yield* ErasureKeys.generate
        const publicKey = yield* ErasureKeys.publicKey(keys)
        const receipt = yield* Receipt.sign(keys, unsigned)
        yield* check(receipt, publicKey)
        yield* noticesEveryMutant(receipt, publicKey)
      }),
    { arbitrary: { runs: count(5, 100) } }
  )

  it.effect("says from which entry on the chain is broken", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      const { participations, windows } = receipt
      const [first, second, third, fourth] = participations
      const cases: ReadonlyArray<readonly [entry: string, changes: object]> = [
        ["window 2", { windows: windows.map((one, index) => (index === 1 ? { ...one, rooms: 32 } : one)) }],
        ["window 1", { windows: windows.slice(1) }],
        ["window 1", { requestId: "req-18" }],
        ["window 1", { windows: windows.toReversed() }],
        ["participation 1", { windows: windows.slice(0, -1) }],
        ["participation 2", { participations: [first, third, fourth] }],
        ["participation 2", { participations: [first, third, second, fourth] }],
        ["participation 3", { participations: [first, second, second, third, fourth] }],
        ["participation 4", { participations: [first, second, third, { ...fourth, outcome: "Refused" }] }],
        ["head", { participations: [first, second, third] }],
        ["head", { head: third?.hash }]
      ]
      for (const [entry, changes] of cases) {
        assert.strictEqual(yield* problemOf({ ...receipt, ...changes }, publicKey), entry)
      }
    })
  )

  it.effect("rejects a receipt that was hashed and signed again with another key", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      const forger = yield* ErasureKeys.generate
      const forged = yield* Receipt.sign(forger, { ...unsigned, outcome: "Complete" })
      assert.strictEqual(yield* problemOf(forged, publicKey), "other-key")
      assert.strictEqual(yield* problemOf({ ...forged, keyId: receipt.keyId }, publicKey), "signature")
      assert.strictEqual(yield* problemOf(receipt, yield* ErasureKeys.publicKey(forger)), "other-key")
    })
  )

  it.effect("rejects a public key that isn't on the curve", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      assert.strictEqual(yield* problemOf(receipt, { ...publicKey, x: "A".repeat(43) }), "signature")
    })
  )

  it.effect("tells other versions from text that isn't a receipt", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      assert.strictEqual(yield* problemOf({ ...receipt, version: 2 }, publicKey), "version")
      assert.strictEqual(
        (yield* Effect.flip(Receipt.verify({ ...receipt, version: 2 as 1 }, publicKey))).problem,
        "version"
      )
      assert.strictEqual(yield* problemOf({ ...receipt, approved: true }, publicKey), "format")
      for (const text of ["", "alice", "null", "7", "[]", "{}", JSON.stringify(receipt).slice(1)]) {
        const error = yield* Effect.flip(Receipt.fromJson(text))
        assert.strictEqual(error.problem, "format", text)
        assert.notInclude(JSON.stringify(error), "alice")
      }
    })
  )

  it.effect("leaves out members that receipts don't have", () =>
    Effect.gen(function* () {
      const { keys, publicKey } = yield* signed
      const identity = "alice"
      const extra = {
        ...unsigned,
        identity,
        windows: [{ ...window(1), identity }],
        participations: [{ ...participation(1), identity }],
        rules: [{ ...located, identity }]
      }
      const receipt = yield* Receipt.sign(keys, extra)
      assert.notInclude(JSON.stringify(receipt), identity)
      yield* check(receipt, publicKey)
    })
  )

  it.effect("verifies as documented, without this library", () =>
    Effect.gen(function* () {
      const { publicKey, receipt } = yield* signed
      const canonical = (value: unknown): string =>
        JSON.stringify(value, (_, member: unknown) =>
          typeof member === "object" && member !== null && !Array.isArray(member)
            ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
            : member
        )
      const sha256 = (value: unknown) => createHash("sha256").update(canonical(value)).digest("base64url")
      let last = sha256(["receipt", 1, "req-17"])
      for (const kind of ["window", "participation"] as const) {
        for (const { hash, ...entry } of receipt[`${kind}s`]) {
          last = sha256([last, kind, entry])
          assert.strictEqual(hash, last)
        }
      }
      assert.strictEqual(receipt.head, last)
      const { signature, ...rest } = receipt
      const key = createPublicKey({ key: { ...publicKey }, format: "jwk" })
      const bytes = Buffer.from(signature, "base64url")
      assert.isTrue(verify("sha256", Buffer.from(canonical(rest)), { key, dsaEncoding: "ieee-p1363" }, bytes))
    })
  )
})
