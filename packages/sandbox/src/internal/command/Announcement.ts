/**
 * What the command prints when the sandbox is ready.
 */
import * as Redacted from "effect/Redacted"
import type { Service } from "../../SandboxService.ts"
import type * as SandboxState from "../../SandboxState.ts"
import { tokenVariable } from "./Flags.ts"

export interface Ready {
  readonly url: string
  readonly credentials: Service["credentials"]
  readonly rooms: SandboxState.SandboxState["rooms"]
  readonly controlToken: Redacted.Redacted | undefined
  /** Whether the token was generated for this run. */
  readonly isTokenMade: boolean
}

// The token is in the fragment, which browsers don't send.
const consoleOf = ({ controlToken, isTokenMade, url }: Ready): string =>
  controlToken !== undefined && isTokenMade
    ? `${url}/sandbox/console/#token=${Redacted.value(controlToken)}`
    : `${url}/sandbox/console/`

/** One line for programs. */
export const json = (ready: Ready): string => {
  const { accountSid, apiKeySecret, apiKeySid, authToken } = ready.credentials
  return JSON.stringify({
    url: ready.url,
    console: consoleOf(ready),
    accountSid,
    authToken,
    apiKeySid,
    apiKeySecret,
    ...(ready.controlToken === undefined ? {} : { controlToken: Redacted.value(ready.controlToken) }),
    pid: process.pid
  })
}

const tryOut = (control: string, { credentials, url }: Ready): ReadonlyArray<string> => {
  const twilio = `  curl -u ${credentials.accountSid}:${credentials.authToken} ${url}/v1/Rooms/DailyStandup`
  const room = `  curl ${control}${url}/sandbox/rooms/DailyStandup`
  return [
    "Try",
    `${twilio}/Participants`,
    `${twilio}/Participants/Alice/PublishedTracks`,
    `${twilio}/Participants/Bob/SubscribeRules --data-urlencode 'Rules=[{"type":"include","kind":"audio"}]'`,
    `${twilio}/Participants/Alice -d Status=disconnected`,
    `${room}/participants -d '{"identity": "Zoe"}'`,
    `${room}/participants/Zoe/tracks -d '{"kind": "video", "name": "cam"}'`,
    `  curl ${control}${url}/sandbox/state`,
    ""
  ]
}

const lineOf = (room: SandboxState.SandboxState["rooms"][number]): string => {
  const present = room.participants.filter((participant) => participant.status !== "disconnected")
  const identities = present.length === 0 ? "(empty)" : present.map((participant) => participant.identity).join(", ")
  const status = room.ended === null ? "in-progress" : "completed"
  return `  ${(room.uniqueName ?? "").padEnd(14)} ${room.sid}  ${status.padEnd(11)}  ${identities}`
}

/** How many rooms are printed. */
const maximumRooms = 20

const linesOf = (rooms: Ready["rooms"]): ReadonlyArray<string> => [
  ...rooms.slice(-maximumRooms).map(lineOf),
  ...(rooms.length > maximumRooms ? [`  and ${rooms.length - maximumRooms} more`] : [])
]

const tokenLines = ({ controlToken, isTokenMade }: Ready): ReadonlyArray<string> =>
  controlToken === undefined || !isTokenMade
    ? []
    : [
        "",
        "The controls require this token, generated for this run:",
        `  export ${tokenVariable}=${Redacted.value(controlToken)}`
      ]

/** For a person. */
export const text = (ready: Ready): string => {
  const { credentials, rooms, url } = ready
  const control = ready.controlToken === undefined ? "" : `-H "Authorization: Bearer $${tokenVariable}" `
  return [
    "Twilio Video sandbox: rooms, participants, tracks and subscribe rules in memory. Press Ctrl+C to stop.",
    "",
    `Console      ${consoleOf(ready)}`,
    `Base URL     ${url}`,
    `Account SID  ${credentials.accountSid}`,
    `Auth Token   ${credentials.authToken}`,
    `API key      ${credentials.apiKeySid}`,
    `API secret   ${credentials.apiKeySecret}`,
    ...tokenLines(ready),
    "",
    "Rooms",
    ...linesOf(rooms),
    "",
    ...(rooms.some((room) => room.uniqueName === "DailyStandup" && room.ended === null) ? tryOut(control, ready) : []),
    `Controls     ${url}/sandbox`,
    `OpenAPI      ${url}/sandbox/openapi.json`,
    `Requests     ${url}/sandbox/requests`,
    `Callbacks    ${url}/sandbox/callbacks`,
    "Rooms end automatically, as in Twilio: five minutes after the last participant leaves, or after 24 hours.",
    `Reset        curl ${control}-X POST ${url}/sandbox/reset`
  ].join("\n")
}
