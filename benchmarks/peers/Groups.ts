/**
 * The groups of jobs. Each runs in its own process, so that one group's garbage and compiled code don't affect the next.
 */
import type * as CannedServer from "./CannedServer.ts"
import type * as Job from "./Job.ts"

type Jobs = (server: CannedServer.CannedServer) => ReadonlyArray<Job.Job> | Promise<ReadonlyArray<Job.Job>>

const loaders: Readonly<Record<string, () => Promise<Jobs>>> = {
  fetch: async () => (await import("./Fetch.ts")).jobs,
  list: async () => (await import("./List.ts")).jobs,
  waiting: async () => (await import("./List.ts")).waiting,
  long: async () => (await import("./List.ts")).long,
  remove: async () => (await import("./Removal.ts")).jobs,
  token: async () => (await import("./Token.ts")).jobs,
  callback: async () => (await import("./Callback.ts")).jobs,
  decode: async () => (await import("./Decoding.ts")).jobs,
  import: async () => (await import("./Imports.ts")).jobs
}

export const names = Object.keys(loaders)

export const load = async (name: string, server: CannedServer.CannedServer): Promise<ReadonlyArray<Job.Job>> => {
  const jobs = await loaders[name]?.()
  if (jobs === undefined) throw new Error(`There is no group "${name}", only ${names.join(", ")}.`)
  return jobs(server)
}
