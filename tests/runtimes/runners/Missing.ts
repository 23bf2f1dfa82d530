/**
 * The error of a runtime that is not on this machine: which one, and how to install it. Holds no search.
 */
import * as Schema from "effect/Schema"

/** Where a runtime comes from. */
export interface Source {
  /** The package's name. */
  readonly name: string
  /** The command that installs it. */
  readonly install: string
}

/** What an npm package of this folder installs. */
export const npm = (name: string): Source => ({ name: `the npm package ${name}`, install: "pnpm install" })

/** A runtime is not there, or does not run on this machine. */
export class Missing extends Schema.TaggedError<Missing>()("Missing", {
  message: Schema.String,
  install: Schema.String
}) {}

export const make = ({ install, name }: Source, problem: unknown): Missing =>
  new Missing({
    install,
    message:
      `The program of ${name} does not run on this machine (${process.platform}, ${process.arch}): ` +
      `${problem instanceof Error ? problem.message : String(problem)}. Install it: ${install}`
  })
