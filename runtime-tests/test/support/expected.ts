/**
 * What every runtime must come to, value by value. Holds no runtime.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Smoke from "../../src/smoke.ts"

// Alice joined 14 minutes before the sandbox's first moment; a second may begin between that and her removal.
const seconds = expect.toBeOneOf([840, 841])

const summaryWith = (sid: string) => ({
  sid,
  connected: ["Erin", "Bob", "Alice"],
  found: "connected",
  removed: { status: "disconnected", seconds },
  byIdentity: {
    tag: "NotFound",
    resource: "participant",
    lookup: "identity",
    status: 404,
    code: 20404,
    path: "/v1/Rooms/{name}/Participants/{identity}"
  },
  bySid: { status: "disconnected", identity: "Alice" },
  disconnected: ["Erin", "Dana", "Alice"],
  anonymized: { sameSid: true, identityIsSid: true, status: "disconnected", sameSeconds: true }
})

/** Compares with the account of the job, and the SID with the one that the sandbox gives Alice on Node. */
export const expectSummary = (actual: unknown): Effect.Effect<void> =>
  Smoke.run.pipe(
    Effect.provide(Sandbox.layer()),
    Effect.map((onNode) => expect(actual).toEqual(summaryWith(onNode.sid))),
    Effect.orDie
  )

const { accountSid, authToken } = SandboxCredentials.defaults

/** What no error may show, however it is written: the token, as it is and as it is sent, and who was asked for. */
export const secrets: ReadonlyArray<string> = [authToken, btoa(`${accountSid}:${authToken}`), "DailyStandup", "Alice"]

/** Compares with the account of a connection that was refused. */
export const expectRefusal = (actual: unknown, baseUrl: string): void => {
  const message = `No answer from ${baseUrl}`
  expect(actual).toEqual({
    tag: "TwilioError",
    reason: "TransportFailed",
    failure: null,
    method: "GET",
    path: "/v1/Rooms/{name}/Participants/{identity}",
    written: {
      text: expect.stringContaining(message),
      stack: expect.stringContaining(message),
      json: expect.stringContaining(message)
    }
  })
  for (const secret of secrets) expect(JSON.stringify(actual)).not.toContain(secret)
}
