/**
 * A program without a client library: `fetch` and `JSON.parse`, without checks, retries or types.
 */
import * as Records from "./Records.ts"

export const authorization = `Basic ${btoa(`${Records.accountSid}:token`)}`

/** Runs `count` calls, `concurrency` at a time. */
export const repeat = async (count: number, concurrency: number, call: (index: number) => Promise<unknown>) => {
  let next = 0
  const worker = async () => {
    while (next < count) await call(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

export interface Participant {
  readonly sid: string
  readonly identity: string
}

interface Page {
  readonly participants: ReadonlyArray<Participant>
  readonly meta: { readonly next_page_url: string | null }
}

export const getJson = async <Body>(url: string): Promise<Body> => {
  const response = await fetch(url, { headers: { authorization } })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return (await response.json()) as Body // What the server sends.
}

const headers = { authorization, "content-type": "application/x-www-form-urlencoded" }

export const remove = async (url: string): Promise<unknown> => {
  const response = await fetch(url, { method: "POST", body: "Status=disconnected", headers })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.json()
}

/** Follows `next_page_url` from page to page, 1,000 participants each. */
export const forEachPage = async (
  participantsUrl: string,
  visit: (participants: ReadonlyArray<Participant>) => unknown
): Promise<void> => {
  let url: string | null = `${participantsUrl}?PageSize=1000`
  while (url !== null) {
    const page: Page = await getJson(url)
    await visit(page.participants)
    url = page.meta.next_page_url
  }
}
