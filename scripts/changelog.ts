/**
 * Updates CHANGELOG.md from the changesets. Both use the headings of Keep a Changelog.
 */
import { globSync, readFileSync } from "node:fs"
import * as path from "node:path"

/** The headings, in the order of a version's sections. */
const headings = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]

interface Changeset {
  readonly file: string
  /** The text after the front matter. */
  readonly text: string
}

/** Reads the changesets of a repository. */
export const readChangesets = (root: string): ReadonlyArray<Changeset> =>
  globSync(".changeset/*.md", { cwd: root })
    .toSorted()
    .map((file) => {
      const [, text = ""] = /^---\n[^]*?\n?---\n([^]*)$/u.exec(readFileSync(path.join(root, file), "utf8")) ?? []
      return { file, text }
    })

/** Merges the sections of the changesets, by heading. */
const merge = (changesets: ReadonlyArray<Changeset>): string => {
  const sections = new Map(headings.map((heading) => [heading, ""]))
  for (const { file, text } of changesets) {
    const [before = "", ...parts] = text.split(/^### /mu)
    if (before.trim() !== "") {
      throw new Error(
        `${file}: text before the first heading. Put it below one of ${headings.map((each) => `### ${each}`).join(", ")}.`
      )
    }
    for (const part of parts) {
      const [heading = ""] = part.split("\n", 1)
      const section = sections.get(heading)
      if (section === undefined)
        throw new Error(`${file}: unknown heading "### ${heading}". Use one of ${headings.join(", ")}.`)
      sections.set(heading, `${section}${part.slice(heading.length).trim()}\n`)
    }
  }
  return [...sections].flatMap(([heading, text]) => (text === "" ? [] : [`### ${heading}\n\n${text}`])).join("\n")
}

/**
 * Updates a changelog. The changesets become its first section, "Unreleased". Once `changeset version` has deleted them,
 * that section gets the version and the date as its title.
 */
export const update = (
  changelog: string,
  changesets: ReadonlyArray<Changeset>,
  release: { readonly version: string; readonly date: string }
): string => {
  const [title = "", ...sections] = changelog.split(/^## /mu)
  const [first = ""] = sections
  const released = first.startsWith("Unreleased\n") ? sections.slice(1) : sections
  const render = (parts: ReadonlyArray<string>) => [title, ...parts].join("## ")
  const unreleased = merge(changesets)
  if (unreleased !== "") return render([`Unreleased\n\n${unreleased}${released.length > 0 ? "\n" : ""}`, ...released])
  const isReleased = released.some((section) => section.startsWith(`${release.version} `))
  if (isReleased || released === sections) return render(released)
  return render([`${release.version} (${release.date})${first.slice("Unreleased".length)}`, ...released])
}
