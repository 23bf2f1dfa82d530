/** Updates a small changelog from changesets. */
import { describe, expect, test } from "vitest"
import * as Changelog from "../../scripts/changelog.ts"

const release = { version: "0.2.0", date: "2026-03-01" }
const before = "# Changelog\n\n## 0.1.0 (2026-01-01)\n\n### Added\n\n- Rooms.\n"
const changesets = [
  { file: ".changeset/a.md", text: "\n### Fixed\n\n- A fix.\n\n### Added\n\n- Tracks.\n" },
  { file: ".changeset/b.md", text: "\n### Added\n\n- Rules.\n" },
  { file: ".changeset/empty.md", text: "" }
]
const unreleased =
  "# Changelog\n\n## Unreleased\n\n### Added\n\n- Tracks.\n- Rules.\n\n### Fixed\n\n- A fix.\n\n" +
  "## 0.1.0 (2026-01-01)\n\n### Added\n\n- Rooms.\n"

describe("update", () => {
  test("writes the changesets to a first section, merged by heading", () => {
    expect(Changelog.update(before, changesets, release)).toBe(unreleased)
  })

  test("replaces the first section when the changesets change", () => {
    expect(Changelog.update(unreleased, [], { ...release, version: "0.1.0" })).toBe(before)
    expect(Changelog.update(unreleased, changesets.slice(1), release)).toBe(
      before.replace("## 0.1.0", "## Unreleased\n\n### Added\n\n- Rules.\n\n## 0.1.0")
    )
  })

  test("titles the section with the version after the changesets are deleted, and keeps that title", () => {
    const released = unreleased.replace("Unreleased", "0.2.0 (2026-03-01)")
    expect(Changelog.update(unreleased, [], release)).toBe(released)
    expect(Changelog.update(released, [], { ...release, date: "2026-04-01" })).toBe(released)
  })

  test("rejects text before the first heading, and unknown headings", () => {
    const update = (text: string) => () => Changelog.update(before, [{ file: "c.md", text }], release)
    expect(update("- A fix.\n")).toThrow(
      "c.md: text before the first heading. Put it below one of ### Added, ### Changed"
    )
    expect(update("### Fixes\n\n- A fix.\n")).toThrow('c.md: unknown heading "### Fixes". Use one of Added, Changed')
  })
})
