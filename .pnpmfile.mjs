/**
 * Copies the repository from the root's package.json to each packed manifest. npm's provenance requires it there.
 */
import { readFileSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.dirname(fileURLToPath(import.meta.url))
const { repository } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))

export const hooks = {
  beforePacking: (manifest, folder) => ({
    ...manifest,
    repository: { ...repository, directory: path.relative(root, folder).replaceAll("\\", "/") }
  })
}
