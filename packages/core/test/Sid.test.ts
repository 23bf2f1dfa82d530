/**
 * The guards of SIDs, with generated SIDs and near misses.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import { assert, describe, it } from "@effect/vitest"

const kinds = {
  RoomSid: [Sid.RoomSid, Sid.isRoomSid, "RM"],
  ParticipantSid: [Sid.ParticipantSid, Sid.isParticipantSid, "PA"],
  TrackSid: [Sid.TrackSid, Sid.isTrackSid, "MT"],
  AccountSid: [Sid.AccountSid, Sid.isAccountSid, "AC"],
  ApiKeySid: [Sid.ApiKeySid, Sid.isApiKeySid, "SK"]
} as const

const guards = Object.values(kinds).map(([, guard]) => guard)

describe("Sid", () => {
  for (const [tag, [schema, guard, prefix]] of Object.entries(kinds)) {
    it.prop(`${tag} passes its own guard and no other`, [schema], ([sid]) => {
      assert.strictEqual(sid.slice(0, 2), prefix)
      assert.deepStrictEqual(
        guards.filter((other) => other(sid)),
        [guard]
      )
    })

    it(`a near miss of ${tag} passes no guard`, () => {
      const hex = "0123456789abcdefABCDEF0123456789"
      assert.isTrue(guard(prefix + hex))
      for (const text of [
        "",
        prefix,
        prefix + hex.slice(1),
        `${prefix}${hex}0`,
        `${prefix.toLowerCase()}${hex}`,
        `${prefix}${hex.slice(1)}g`,
        `${prefix}${hex}\n`,
        `\n${prefix}${hex.slice(1)}`,
        ` ${prefix}${hex.slice(1)}`,
        `${prefix}${hex.slice(1)}\u0660`
      ]) {
        assert.isFalse(
          guards.some((guard) => guard(text)),
          JSON.stringify(text)
        )
      }
    })
  }

  it("guards reject values that aren't strings", () => {
    for (const value of [undefined, null, 7, {}, ["PA"]]) assert.isFalse(guards.some((guard) => guard(value)))
  })
})
