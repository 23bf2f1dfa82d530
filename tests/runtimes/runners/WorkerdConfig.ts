/**
 * The configuration of a workerd with one Worker: without compatibility flags, so without `nodejs_compat`, on a loopback
 * port that the system picks, with access to loopback only. The Worker has a service binding to itself, `SELF`.
 */

export interface Worker {
  /** The file of its only module, next to the configuration. */
  readonly script: string
  /** The compatibility date. */
  readonly date: string
  /** Texts in its environment. */
  readonly bindings?: Readonly<Record<string, string | undefined>> | undefined
  /** Its Durable Objects with SQLite: the class of each binding. */
  readonly objects?: Readonly<Record<string, string>> | undefined
  /** The folder of their storage. Default: they're kept in memory. */
  readonly disk?: string | undefined
}

const quoted = (text: string): string => JSON.stringify(text)

/** The services, and the members of the Worker, for its Durable Objects. */
const storageOf = ({ disk, objects = {} }: Worker): { readonly service: string; readonly members: string } => {
  if (Object.keys(objects).length === 0) return { service: "", members: "" }
  const namespaces = Object.values(objects).map(
    (name) => `(className = ${quoted(name)}, uniqueKey = ${quoted(name)}, enableSql = true)`
  )
  return {
    service: disk === undefined ? "" : `,\n    (name = "disk", disk = (path = ${quoted(disk)}, writable = true))`,
    members: `,
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (${disk === undefined ? "inMemory = void" : `localDisk = "disk"`})`
  }
}

const bindingsOf = ({ bindings = {}, objects = {} }: Worker): string =>
  [
    `(name = "SELF", service = "worker")`,
    ...Object.entries(bindings).flatMap(([name, text]) =>
      text === undefined ? [] : [`(name = ${quoted(name)}, text = ${quoted(text)})`]
    ),
    ...Object.entries(objects).map(
      ([name, className]) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`
    )
  ].join(", ")

export const make = (worker: Worker): string => {
  const { members, service } = storageOf(worker)
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
    (name = "worker", worker = .worker)${service}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);

const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed ${quoted(worker.script)})],
  compatibilityDate = ${quoted(worker.date)},
  bindings = [${bindingsOf(worker)}],
  globalOutbound = "loopback"${members}
);
`
}
