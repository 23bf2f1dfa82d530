/** What a program can't do: import a module that isn't public. */
// @ts-expect-error There is no such export.
import * as Fields from "@effect-twilio-video/core/internal/Fields"
// @ts-expect-error There is no such export.
import * as TwilioClient from "@effect-twilio-video/http/internal/TwilioClient"
// @ts-expect-error There is no such export.
import * as Cli from "@effect-twilio-video/sandbox/cli"

export const modules: ReadonlyArray<unknown> = [Fields, TwilioClient, Cli]
