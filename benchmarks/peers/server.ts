/**
 * The server of canned responses, as a child process of a benchmark. Sends its URL to the parent, and the number of
 * requests so far in reply to each message.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { setTimeout } from "node:timers/promises"
import * as Records from "./Records.ts"

/** The records of a room, one after another, separated by commas. */
interface Roster {
  readonly bytes: Buffer
  /** The length of one record and its comma. */
  readonly stride: number
}

const rosters = new Map<string, Roster>()

const rosterOf = (room: string): Roster => {
  const known = rosters.get(room)
  if (known !== undefined) return known
  const { participants } = Records.roomOf(room)
  const stride = Records.listed(room, 0).length + 1
  const bytes = Buffer.alloc(stride * participants)
  for (let index = 0; index < participants; index++) bytes.write(`${Records.listed(room, index)},`, index * stride)
  const roster = { bytes, stride }
  rosters.set(room, roster)
  return roster
}

const send = (response: ServerResponse, parts: ReadonlyArray<string | Buffer>) => {
  const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": length,
    "twilio-request-id": "RQ00000000000000000000000000000000"
  })
  response.cork()
  for (const part of parts) response.write(part)
  response.end()
}

const sendPage = (response: ServerResponse, room: string, { origin, pathname, searchParams }: URL) => {
  const { bytes, stride } = rosterOf(room)
  const size = Math.min(Number(searchParams.get("PageSize") ?? 50), 1000)
  const page = Number(searchParams.get("PageToken")?.slice(2) ?? 0)
  const status = searchParams.get("Status")
  const total = status === null || status === "connected" ? bytes.length / stride : 0
  const end = Math.min((page + 1) * size, total)
  const link = (page: number, token: string) =>
    `${origin}${pathname}?${status === null ? "" : `Status=${status}&`}PageSize=${size}&Page=${page}${token}`
  const meta = {
    page,
    page_size: size,
    first_page_url: link(0, ""),
    previous_page_url: page === 0 ? null : link(page - 1, `&PageToken=PB${page - 1}`),
    url: link(page, page === 0 ? "" : `&PageToken=PA${page}`),
    next_page_url: end < total ? link(page + 1, `&PageToken=PA${page + 1}`) : null,
    key: "participants"
  }
  const records = bytes.subarray(page * size * stride, Math.max(end * stride - 1, 0))
  send(response, ['{"participants":[', records, `],"meta":${JSON.stringify(meta)}}`])
}

let requests = 0

const respond = async (request: IncomingMessage, response: ServerResponse) => {
  requests += 1
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
  const [, , , room = "", , participant] = url.pathname.split("/")
  const { latency } = Records.roomOf(room)
  if (latency > 0) await setTimeout(latency)
  if (request.method === "POST") {
    request.resume()
    send(response, [Records.removed(room, participant ?? "")])
  } else if (participant === undefined) sendPage(response, room, url)
  else send(response, [Records.single(room, participant)])
}

// Connections stay open while other clients have their turn.
const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  respond(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
})
await once(server.listen(0, "127.0.0.1"), "listening")
const address = server.address()
process.on("message", () => process.send?.(requests))
process.on("disconnect", () => process.exit())
process.send?.(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`)
