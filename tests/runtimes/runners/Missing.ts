/**
 * The error of a runtime that isn't installed on this machine, with the command that installs it.
 */
import * as Schema from "effect/Schema"

export interface Source {
  /** The name of the package. */
  readonly name: string
  /** The command that installs it. */
  readonly install: string
}

/** A runtime that an npm package installs. */
export const npm = (name: string): Source => ({ name: `the npm package ${name}`, install: "pnpm install" })

/** A runtime isn't installed, or doesn't run on this machine. */
export class Missing extends Schema.TaggedError<Missing>()("Missing", {
  message: Schema.String,
  install: Schema.String
}) {}

export const make = ({ install, name }: Source, problem: unknown): Missing =>
  new Missing({
    install,
    message:
      `${name} doesn't run on this machine (${process.platform}, ${process.arch}): ` +
      `${problem instanceof Error ? problem.message : String(problem)}. Install it: ${install}`
  })
