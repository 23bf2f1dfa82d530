/**
 * What is read from the environment, with an error that says what to set.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"

// Effect says of a missing variable which type it expected there.
const problem = ({ message }: Error): string =>
  message.replaceAll(/\s+/gu, " ").replaceAll(/Expected string at \["(\w+)"\]/gu, "$1 is missing")

/** The same config, whose failure names what it is for and gives the advice. */
export const explained = <A>(config: Config.Config<A>, what: string, advice: string): Config.Config<A> =>
  Config.orElse(config, ({ cause }) =>
    Config.fail(
      new ConfigProvider.SourceError({
        message: `Cannot read ${what} from the environment (${problem(cause)}). ${advice}`
      })
    )
  )
