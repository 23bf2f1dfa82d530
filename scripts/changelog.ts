/**
 * CHANGELOG.md of all packages, from the changesets. Their text is divided by the headings of Keep a Changelog.
 */
import { globSync, readFileSync } from "node:fs"
import * as path from "node:path"

/** The headings, in the order in which a version has them. */
const headings = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]

export interface Changeset {
  readonly file: string
  /** What follows the front matter. */
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

/** Merges the sections of the changesets. */
const merge = (changesets: ReadonlyArray<Changeset>): string => {
  const sections = new Map(headings.map((heading) => [heading, ""]))
  for (const { file, text } of changesets) {
    const [before = "", ...parts] = text.split(/^### /mu)
    if (before.trim() !== "") {
      throw new Error(
        `${file}: put the text below a heading, one of ${headings.map((each) => `### ${each}`).join(", ")}`
      )
    }
    for (const part of parts) {
      const [heading = ""] = part.split("\n", 1)
      const section = sections.get(heading)
      if (section === undefined) throw new Error(`${file}: "### ${heading}" isn't one of ${headings.join(", ")}`)
      sections.set(heading, `${section}${part.slice(heading.length).trim()}\n`)
    }
  }
  return [...sections].flatMap(([heading, text]) => (text === "" ? [] : [`### ${heading}\n\n${text}`])).join("\n")
}

/**
 * Brings a changelog up to date. The changesets become its first section, "Unreleased". `changeset version` deletes them;
 * the section then becomes that of the version.
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
