/**
 * A process with an unhandled failure: `node Child.ts <mode> <failure>…`. `unhandled.test.ts` runs it and reads its output.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { inspect } from "node:util"
import type * as Failure from "./Failure.ts"
import * as Representative from "./Representative.ts"
import * as Secrets from "./Secrets.ts"

const whole = { depth: Infinity, showHidden: true } as const

const programOf = ({ run }: Failure.Failure) => run(Secrets.authToken)

/** Prints what a program's handlers see before Node prints the error and exits. */
const watch = () => {
  process.on("uncaughtExceptionMonitor", (error, origin) => {
    console.log("monitor", origin, inspect(error, whole))
    Object.assign(process.report, { excludeNetwork: true })
    const report: Record<string, unknown> = { ...process.report.getReport(error) }
    // The environment belongs to the program.
    console.log("report", JSON.stringify({ ...report, environmentVariables: {} }))
  })
  process.on("warning", (warning) => console.log("warning", inspect(warning, whole)))
}

const unhandled = (program: Effect.Effect<unknown, unknown>) => {
  void Effect.runPromise(program)
}

const write = (value: unknown) => {
  console.log(value)
  console.error("failed", value)
  console.dir(value, { depth: null, showHidden: true })
  console.log("%s %o %O", value, value, value)
  try {
    console.log("%j", value)
  } catch (error) {
    // Some values have no JSON.
    console.log(String(error))
  }
}

const modes: Readonly<Record<string, (failures: ReadonlyArray<Failure.Failure>) => Promise<void> | void>> = {
  // Prints each error, and all of them at once. Nothing is unhandled yet.
  console: async (failures) => {
    for (const failure of failures) {
      const exit = await Effect.runPromiseExit(programOf(failure))
      write(exit)
      if (Exit.isFailure(exit)) {
        write(exit.cause)
        write(Cause.squash(exit.cause))
      }
    }
  },
  promise: (failures) => {
    watch()
    for (const failure of failures) unhandled(programOf(failure))
  },
  // An error as the cause of another one.
  rethrown: (failures) => {
    watch()
    for (const failure of failures) {
      void Effect.runPromise(programOf(failure)).catch((cause: unknown) => {
        throw new Error("could not", { cause })
      })
    }
  },
  aggregate: (failures) => {
    watch()
    void Promise.any(failures.map((failure) => Effect.runPromise(programOf(failure))))
  },
  fork: async (failures) => {
    for (const failure of failures) {
      const fiber = Effect.runFork(
        Effect.provideService(programOf(failure), References.MinimumLogLevel, "All").pipe(
          Effect.provide(Logger.layer([Logger.consolePretty(), Logger.consoleJson]))
        )
      )
      const exit = await Effect.runPromise(Fiber.await(fiber))
      console.log(exit)
      if (Exit.isFailure(exit)) console.log(Cause.pretty(exit.cause))
      console.log(inspect(fiber, { depth: 4, showHidden: true }))
    }
  },
  main: (failures) => {
    for (const failure of failures) NodeRuntime.runMain(programOf(failure))
  },
  // Throws the failure of a synchronous effect. For an asynchronous one, throws Effect's error with the fiber in it.
  sync: (failures) => {
    watch()
    for (const failure of failures) Effect.runSync(programOf(failure))
  },
  "sync, written": (failures) => {
    for (const failure of failures) {
      try {
        Effect.runSync(programOf(failure))
      } catch (error) {
        write(error)
      }
    }
  }
}

const [mode = "", ...names] = process.argv.slice(2)

await modes[mode]?.(names.map(Representative.byName))
