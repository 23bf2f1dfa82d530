/**
 * A registry on loopback with npm's protocol, so package managers install by name and resolve ranges and peers. It serves the
 * packed packages, and the workspace's installed copies of their dependencies. Nothing is downloaded.
 */
import { createHash } from "node:crypto"
import { cpSync, mkdirSync, readFileSync, realpathSync } from "node:fs"
import { createServer } from "node:http"
import { findPackageJSON } from "node:module"
import * as path from "node:path"
import * as Command from "./Command.ts"
import * as Packed from "./Packed.ts"

export interface Registry {
  readonly url: string
  readonly close: () => void
}

interface Entry {
  readonly manifest: Packed.Manifest
  readonly tarball: string
}

const folderOf = (name: string, from: string): string => {
  const found = findPackageJSON(name, path.join(from, "package.json"))
  if (found === undefined) throw new Error(`${name} isn't installed for ${from}`)
  return realpathSync(path.dirname(found))
}

/** The folders of packages and their transitive dependencies, as installed in the workspace. */
const closure = (folders: ReadonlyArray<string>): ReadonlySet<string> => {
  const seen = new Set<string>()
  const visit = (folder: string) => {
    if (seen.has(folder)) return
    seen.add(folder)
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = Packed.readManifest(folder)
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)
    for (const name of [...Object.keys(dependencies), ...peers]) visit(folderOf(name, folder))
  }
  for (const folder of folders) visit(folder)
  return seen
}

/** Packs an installed package again. Copies it first: a store may hard-link equal files, and tar keeps links. */
const archive = async (installed: string, folder: string): Promise<Entry> => {
  const manifest = Packed.readManifest(installed)
  const place = path.join(folder, manifest.name.replace("/", "+"))
  mkdirSync(place, { recursive: true })
  cpSync(installed, path.join(place, "package"), {
    recursive: true,
    filter: (file) => path.basename(file) !== "node_modules"
  })
  await Command.run("tar", ["-czf", "package.tgz", "package"], { cwd: place })
  return { manifest, tarball: path.join(place, "package.tgz") }
}

/** Starts a registry with the packed packages, `effect`, the peers on Node and `@types/node`. */
export const start = async (packed: ReadonlyArray<Packed.Packed>, folder: string): Promise<Registry> => {
  const http = path.join(Packed.root, "packages/http")
  const wanted = [
    folderOf("effect", http),
    folderOf("@effect/platform-node", http),
    folderOf("@effect/sql-pg", Packed.root),
    folderOf("@types/node", Packed.root)
  ]
  const elsewhere = await Promise.all([...closure(wanted)].map((installed) => archive(installed, folder)))
  const entries = new Map([...packed, ...elsewhere].map((entry) => [entry.manifest.name, entry]))

  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1))
    const tarballOf = /^-\/(.+)\.tgz$/u.exec(name)?.[1]
    const entry = entries.get(tarballOf ?? name)
    if (request.method !== "GET" || entry === undefined) {
      response.writeHead(404, { "content-type": "application/json" }).end("{}")
      return
    }
    const bytes = readFileSync(entry.tarball)
    if (tarballOf !== undefined) {
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes)
      return
    }
    const { version } = entry.manifest
    const dist = {
      tarball: `http://${request.headers.host}/-/${encodeURIComponent(name)}.tgz`,
      integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
      shasum: createHash("sha1").update(bytes).digest("hex")
    }
    // Package managers may reject very new versions.
    const published = "2020-01-01T00:00:00.000Z"
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        name,
        "dist-tags": { latest: version },
        time: { created: published, modified: published, [version]: published },
        versions: { [version]: { ...entry.manifest, _id: `${name}@${version}`, dist } }
      })
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}
