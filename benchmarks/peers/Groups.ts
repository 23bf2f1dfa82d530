/**
 * The groups of jobs. Each group runs in a process of its own, so that no group optimizes or fills another's.
 */
import type * as CannedServer from "./CannedServer.ts"
import type * as Job from "./Job.ts"

type Jobs = (server: CannedServer.CannedServer) => ReadonlyArray<Job.Job> | Promise<ReadonlyArray<Job.Job>>

const loaders: Readonly<Record<string, () => Promise<{ readonly jobs: Jobs }>>> = {
  fetch: () => import("./Fetch.ts"),
  list: () => import("./List.ts"),
  remove: () => import("./Removal.ts"),
  token: () => import("./Token.ts"),
  callback: () => import("./Callback.ts"),
  decode: () => import("./Decoding.ts"),
  import: () => import("./Imports.ts")
}

export const names = Object.keys(loaders)

export const load = async (name: string, server: CannedServer.CannedServer): Promise<ReadonlyArray<Job.Job>> => {
  const group = await loaders[name]?.()
  if (group === undefined) throw new Error(`There is no group "${name}", only ${names.join(", ")}.`)
  return group.jobs(server)
}
