/**
 * The rooms and the requests of the sandbox benchmark.
 */
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

const participants = (count: number) => Array.from({ length: count }, (_, index) => ({ identity: `p${index}` }))

/** A room with `count` participants. */
export const crowd = (count: number): Scenario.Scenario => ({
  rooms: [{ uniqueName: "Crowd", maxParticipants: count, participants: participants(count) }]
})

export const scenario: Scenario.Scenario = crowd(1000)

const path = "/v1/Rooms/Crowd/Participants"

export const requests: ReadonlyArray<readonly [name: string, path: string, calls: number]> = [
  ["fetch", `${path}/p500`, 5000],
  ["list of 50", `${path}?PageSize=50`, 1000],
  ["list of 1,000", `${path}?PageSize=1000`, 100]
]

const { accountSid, authToken } = SandboxCredentials.defaults

export const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`

/** Requests a path from a sandbox in process. */
export const call = (path: string) =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    Effect.flatMap(
      client.execute(
        HttpClientRequest.get(`http://sandbox.test${path}`).pipe(
          HttpClientRequest.setHeader("authorization", authorization)
        )
      ),
      (response) => response.text
    )
  )

/** Fetches one participant. */
export const fetchRequest = (baseUrl: string): Request =>
  new Request(`${baseUrl}${path}/p500`, { headers: { authorization } })
