/**
 * The configuration of a workerd with one Worker: without compatibility flags, so without `nodejs_compat`, on a loopback
 * port that the system picks, with access to loopback only. The Worker has a service binding to itself, `SELF`.
 */

/** Durable Objects with SQLite. */
export interface Objects {
  /** The class of each binding. */
  readonly classes: Readonly<Record<string, string>>
  /** The folder of their storage. */
  readonly disk: string
}

export interface Worker {
  /** The file of its only module, next to the configuration. */
  readonly script: string
  /** The compatibility date. */
  readonly date: string
  /** Texts in its environment. */
  readonly bindings?: Readonly<Record<string, string | undefined>> | undefined
  readonly objects?: Objects | undefined
}

const quoted = (text: string): string => JSON.stringify(text)

const diskOf = ({ objects }: Worker): string =>
  objects === undefined ? "" : `,\n    (name = "disk", disk = (path = ${quoted(objects.disk)}, writable = true))`

/** The members of a Worker with Durable Objects. */
const membersOf = ({ objects }: Worker): string => {
  if (objects === undefined) return ""
  const namespaces = Object.values(objects.classes).map(
    (name) => `(className = ${quoted(name)}, uniqueKey = ${quoted(name)}, enableSql = true)`
  )
  return `,
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (localDisk = "disk")`
}

const bindingsOf = ({ bindings = {}, objects }: Worker): string =>
  [
    `(name = "SELF", service = "worker")`,
    ...Object.entries(bindings).flatMap(([name, text]) =>
      text === undefined ? [] : [`(name = ${quoted(name)}, text = ${quoted(text)})`]
    ),
    ...Object.entries(objects?.classes ?? {}).map(
      ([name, className]) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`
    )
  ].join(", ")

export const make = (worker: Worker): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
    (name = "worker", worker = .worker)${diskOf(worker)}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);

const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed ${quoted(worker.script)})],
  compatibilityDate = ${quoted(worker.date)},
  bindings = [${bindingsOf(worker)}],
  globalOutbound = "loopback"${membersOf(worker)}
);
`
