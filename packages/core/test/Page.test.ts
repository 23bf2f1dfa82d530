/**
 * The page tokens of `Page.make`. Operations that read pages are tested in `tests/contract`.
 */
import * as Page from "@effect-twilio-video/core/Page"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const meta = (next: string | null, previous: string | null) =>
  Schema.decodeSync(Page.PageMetaJson)({
    page: 1,
    page_size: 50,
    first_page_url: null,
    url: null,
    next_page_url: next,
    previous_page_url: previous
  })

describe("Page.make", () => {
  it("extracts the tokens from the page URLs", () => {
    const page = Page.make([1], meta("https://h/x?PageSize=50&PageToken=a%2Fb%3D", "https://h/x?PageToken="))
    assert.deepStrictEqual(page.nextPageToken, Option.some("a/b="))
    // With an empty token, a list would start again.
    assert.deepStrictEqual(page.previousPageToken, Option.none())
  })

  it("has no tokens without valid page URLs", () => {
    const last = Page.make([], meta(null, "no URL"))
    assert.deepStrictEqual([last.nextPageToken, last.previousPageToken], [Option.none(), Option.none()])
  })
})
