/**
 * A Worker with a roster's Durable Objects, which passes requests on to them: `/{object}/{path}`.
 */
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"

/** Tests end rooms at any time, so that the retention is long enough for all of it. */
export const RosterRoom = RosterDurableObject.make({ binding: "ROSTER", retention: "40000 days" })

interface Environment {
  readonly ROSTER: RosterDurableObject.Namespace
}

export default {
  async fetch(request: Request, { ROSTER }: Environment): Promise<Response> {
    const [, name = "", ...path] = new URL(request.url).pathname.split("/")
    const object = ROSTER.get(ROSTER.idFromName(decodeURIComponent(name)))
    const response = await object.fetch(`https://roster/${path.join("/")}`, {
      method: "POST",
      body: await request.text()
    })
    return new Response(await response.text(), { status: response.ok ? 200 : 500 })
  }
}
