/**
 * `node scripts/links.ts`: checks the relative links of the Markdown files, which must lead to an existing file or folder
 * and heading, and the table of questions in ARCHITECTURE.md, which needs at least 30 rows with an existing folder each.
 */
import { globSync, readFileSync, statSync } from "node:fs"
import * as path from "node:path"

interface Repository {
  /** The text of each Markdown file, by its path from the root. */
  readonly texts: ReadonlyMap<string, string>
  readonly kindOf: (path: string) => "file" | "folder" | undefined
}

const fewestQuestions = 30

/** Splits a file into lines, and empties those of code blocks. */
const linesOf = (text: string): ReadonlyArray<string> => {
  let fence = ""
  return text.split("\n").map((line) => {
    const [, ticks = ""] = /^\s*(`{3,}|~{3,})/u.exec(line) ?? []
    if (fence === "") fence = ticks
    else if (ticks.startsWith(fence)) fence = ""
    else return ""
    return ticks === "" ? line : ""
  })
}

/** Lists the anchors of a file: those that GitHub derives from its headings, and explicit ones. */
const anchorsOf = (text: string): ReadonlySet<string> => {
  const anchors = new Set<string>()
  for (const line of linesOf(text)) {
    for (const [, id = ""] of line.matchAll(/<a (?:id|name)="([^"]+)"/gu)) anchors.add(id)
    const [, heading] = /^#{1,6} +(.+?)(?: +#+)?\s*$/u.exec(line) ?? []
    if (heading === undefined) continue
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1").toLowerCase()
    const slug = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-")
    let anchor = slug
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`
    anchors.add(anchor)
  }
  return anchors
}

const link = /\]\(<?([^()\s<>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)|\b(?:href|src|srcset)="([^"\s]+)"/gmu

const linkProblems = ({ kindOf, texts }: Repository): ReadonlyArray<string> =>
  [...texts].flatMap(([file, text]) =>
    linesOf(text).flatMap((line, index) =>
      [...line.replaceAll(/`[^`]*`/gu, "").matchAll(link)].flatMap(([, inline, reference, attribute]) => {
        const target = inline ?? reference ?? attribute ?? ""
        if (/^(?:[a-z][a-z+.-]*:|\/\/)/iu.test(target)) return []
        const [name = "", anchor = ""] = target.split("#")
        const destination = name === "" ? file : path.posix.join(path.posix.dirname(file), decodeURI(name))
        const problem = (message: string) => [`${file}:${index + 1}: ${target} ${message}`]
        if (kindOf(destination) === undefined) return problem(`is broken: ${destination} doesn't exist`)
        const headings = texts.get(destination)
        if (anchor === "" || headings === undefined || anchorsOf(headings).has(anchor)) return []
        return problem(`is broken: ${destination} has no such heading`)
      })
    )
  )

const questionProblems = ({ kindOf, texts }: Repository): ReadonlyArray<string> => {
  const lines = (texts.get("ARCHITECTURE.md") ?? "").split("\n")
  const header = lines.findIndex((line) => /^\|\s*Question\s*\|\s*Folder\s*\|$/u.test(line))
  const length = lines.slice(header + 2).findIndex((line) => !line.startsWith("|"))
  const rows = header === -1 ? [] : lines.slice(header + 2, length === -1 ? undefined : header + 2 + length)
  return [
    ...(rows.length < fewestQuestions
      ? [`ARCHITECTURE.md: ${rows.length} rows under "| Question | Folder |"; at least ${fewestQuestions} are needed`]
      : []),
    ...rows.flatMap((row, index) => {
      const [, folder] = /^\|[^|]+\|\s*`([^`]+)`\s*\|$/u.exec(row) ?? []
      const place = `ARCHITECTURE.md:${header + 3 + index}`
      if (folder === undefined) return [`${place}: the row needs a question and one folder in backticks`]
      return kindOf(path.posix.normalize(folder)) === "folder" ? [] : [`${place}: ${folder} isn't a folder`]
    })
  ]
}

/** Returns a message for each broken link, and for each row of the table of questions without an existing folder. */
export const problemsOf = (repository: Repository): ReadonlyArray<string> => [
  ...linkProblems(repository),
  ...questionProblems(repository)
]

if (import.meta.main) {
  const root = path.dirname(import.meta.dirname)
  const files = globSync(["*.md", "docs/**/*.md", "{packages,examples,tests}/*/*.md", "examples/*.md"], {
    cwd: root
  })
  const problems = problemsOf({
    texts: new Map(files.map((file) => [file.replaceAll("\\", "/"), readFileSync(path.join(root, file), "utf8")])),
    kindOf: (file) => {
      const stat = statSync(path.join(root, file), { throwIfNoEntry: false })
      return stat === undefined ? undefined : stat.isDirectory() ? "folder" : "file"
    }
  })
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exit(1)
  console.log(`links: ${files.length} files`)
}
