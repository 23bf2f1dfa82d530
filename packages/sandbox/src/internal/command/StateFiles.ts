/**
 * Reads the state to start from, and writes the state when the sandbox stops.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Sandbox from "../../Sandbox.ts"
import { Invalid, type Settings } from "./Settings.ts"

const parse = (file: string, text: string): Effect.Effect<unknown, Invalid> =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new Invalid({ message: `--import ${file} isn't JSON.` })
  })

/** Imports the state of `--import`. A file that this run writes when it stops may be missing: it's the first run. */
export const load = Effect.fnUntraced(function* ({ exportOnExit, import: file }: Settings) {
  if (file === undefined) return
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const isWritten = exportOnExit !== undefined && path.resolve(exportOnExit) === path.resolve(file)
  const text = yield* files.readFileString(file).pipe(
    Effect.catchReason("PlatformError", "NotFound", (_, error) => (isWritten ? Effect.void : Effect.fail(error))),
    Effect.mapError((error) => new Invalid({ message: `--import ${file} can't be read: ${error.message}` }))
  )
  if (text === undefined) return
  const sandbox = yield* Sandbox.Sandbox
  yield* Effect.mapError(
    sandbox.importState(yield* parse(file, text)),
    ({ message }) => new Invalid({ message: `--import ${file}: ${message}` })
  )
})

/** Writes the state of `--export-on-exit` when the scope closes. The file is replaced at once. */
export const save = Effect.fnUntraced(function* ({ exportOnExit: file }: Settings) {
  if (file === undefined) return
  const files = yield* FileSystem.FileSystem
  const sandbox = yield* Sandbox.Sandbox
  const temporary = `${file}.${process.pid}.tmp`
  const refuse = (reason: string) => new Invalid({ message: `--export-on-exit ${file} can't be written: ${reason}` })
  // Fails now rather than at the end.
  const found = yield* Effect.option(files.stat(file))
  if (Option.exists(found, ({ type }) => type === "Directory")) return yield* refuse("it's a folder.")
  yield* Effect.mapError(Effect.andThen(files.writeFileString(temporary, ""), files.remove(temporary)), ({ message }) =>
    refuse(message)
  )
  const write = Effect.gen(function* () {
    yield* files.writeFileString(temporary, JSON.stringify(yield* sandbox.exportState))
    yield* files.rename(temporary, file)
  })
  yield* Effect.addFinalizer(() =>
    Effect.catchTag(write, "PlatformError", (error) =>
      Console.error(`The state can't be written to ${file}: ${error.message}`)
    )
  )
})
