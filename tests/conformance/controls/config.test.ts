/**
 * The published JSON Schema of the configuration file agrees with what the command accepts.
 */
import * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import * as SandboxConfig from "@effect-twilio-video/sandbox/SandboxConfig"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"

const file = new URL("../../../packages/sandbox/config.schema.json", import.meta.url)

const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(file, "utf8")))

const decode = Schema.decodeUnknownExit(SandboxConfig.SandboxConfig, { onExcessProperty: "error" })

const isAccepted = (config: unknown): boolean => decode(config)._tag === "Success"

const whole = {
  $schema: "./node_modules/@effect-twilio-video/sandbox/config.schema.json",
  port: 0,
  host: "0.0.0.0",
  allowedHosts: ["video_sandbox"],
  allowedOrigins: ["https://app.example.com"],
  publicOrigin: "https://video.example.com",
  assumptions: Assumptions.defaults,
  credentials: SandboxCredentials.defaults,
  quota: { reads: 80, writes: 20 },
  seed: "mine",
  requestLog: 10,
  requestLogBytes: 10_000,
  callbackLog: 10,
  callbackLogBytes: 10_000,
  scenario: Scenario.defaultScenario,
  faults: [{ operations: ["FetchRoom"], rate: 0.5, skip: 1, times: 2, fault: { type: "status", status: 503 } }],
  callbackUrl: "http://localhost:3000/callbacks",
  callbackMethod: "GET",
  forwardTo: "http://localhost:3000/copies",
  allowedCallbackHosts: ["app.example.com:8080"],
  deliveryFaults: [{ events: ["room-ended"], fault: { type: "late", millis: { from: 0, to: 1000 } } }],
  import: "state.json",
  exportOnExit: "state.json"
}

describe("the JSON Schema of the configuration file", () => {
  it("accepts a file with every member", () => {
    assert.deepStrictEqual(Object.keys(whole).toSorted(), Object.keys(SandboxConfig.SandboxConfig.fields).toSorted())
    assert.isTrue(isValid(whole), JSON.stringify(isValid.errors))
    assert.isTrue(isAccepted(whole))
  })

  for (const config of [
    {},
    { scenario: "scenario.json" },
    { quota: null, publicOrigin: null },
    { assumptions: { completedRoomRetention: "1 hour" } },
    { assumptions: { completedRoomRetention: 5000 } }
  ]) {
    it(`accepts ${JSON.stringify(config)}, as the command does`, () => {
      assert.deepStrictEqual([isValid(config), isAccepted(config)], [true, true])
    })
  }

  for (const config of [
    [],
    { prot: 4010 },
    { port: "4010" },
    { port: 65_536 },
    { allowedHosts: "video_sandbox" },
    { assumptions: { listOrdr: "newest-first" } },
    { assumptions: { listOrder: "sideways" } },
    { credentials: { password: "x" } },
    { credentials: { authToken: "with space" } },
    { quota: { reads: 1 } },
    { requestLog: -1 },
    { requestLog: 1.5 },
    { scenario: { rooms: [{ name: "x" }] } },
    { faults: [{ fault: { type: "unknown" } }] },
    { faults: [{ fault: { type: "reset" }, rates: 1 }] },
    { callbackMethod: "PUT" },
    { deliveryFaults: [{ events: ["unknown"], fault: { type: "lost" } }] }
  ]) {
    it(`refuses ${JSON.stringify(config)}, as the command does`, () => {
      assert.deepStrictEqual([isValid(config), isAccepted(config)], [false, false])
    })
  }
})
