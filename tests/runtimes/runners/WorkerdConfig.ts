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
}

export const make = ({ bindings = {}, date, script }: Worker): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
    (name = "worker", worker = .worker)
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);

const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed ${JSON.stringify(script)})],
  compatibilityDate = ${JSON.stringify(date)},
  bindings = [${[
    `(name = "SELF", service = "worker")`,
    ...Object.entries(bindings).flatMap(([name, text]) =>
      text === undefined ? [] : [`(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`]
    )
  ].join(", ")}],
  globalOutbound = "loopback"
);
`
