/**
 * Nothing printed of any failure reveals the credentials: each failure, with each kind of credentials, in each rendering.
 * `unhandled.test.ts` has processes that exit with a failure.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Buffer } from "node:buffer"
import { inspect } from "node:util"
import * as Lane from "../support/Lane.ts"
import * as ResponseFailures from "./ResponseFailures.ts"
import * as CallbackFailures from "./CallbackFailures.ts"
import * as ClientFailures from "./ClientFailures.ts"
import type * as Failure from "./Failure.ts"
import * as OptionFailures from "./OptionFailures.ts"
import * as Renderings from "./Renderings.ts"
import * as Secrets from "./Secrets.ts"
import * as Summary from "./Summary.ts"
import * as TransportFailures from "./TransportFailures.ts"

const groups: Readonly<Record<string, ReadonlyArray<Failure.Failure>>> = {
  responses: ResponseFailures.all,
  transports: TransportFailures.all,
  clients: ClientFailures.all,
  options: OptionFailures.all,
  "tokens and callbacks": CallbackFailures.all
}

const covered = { failures: 0, leaking: 0, credentials: Secrets.all.length, runs: 0, renderings: 0, forms: 0 }

afterAll(() => Summary.write("errors", covered))

/** The forms that a failure reveals, and the renderings. */
const leaksOf = Effect.fnUntraced(function* ({ run, says = "" }: Failure.Failure, secret: Secrets.Secret) {
  const exit = yield* Effect.exit(run(secret))
  assert(Exit.isFailure(exit), "doesn't fail")
  assert.include(Cause.pretty(exit.cause), says, "has another message")
  const renderings = yield* Renderings.ofFailure(exit.cause)
  const leaks = Secrets.leaks(secret)
  covered.runs += 1
  covered.renderings += renderings.length
  return renderings.flatMap(([name, text]) => {
    const forms = leaks(text)
    return forms.length === 0 ? [] : [`${secret.name}, ${name}: ${forms.join(", ")}`]
  })
})

/** Every `stride`-th failure of a group runs. */
const stride = Lane.count(8, 1)

for (const [group, failures] of Object.entries(groups)) {
  describe(`no rendering reveals the credentials: ${group}`, () => {
    for (const failure of failures.filter((_, index) => index % stride === 0)) {
      it.live(failure.name, () =>
        Effect.gen(function* () {
          covered.failures += 1
          const leaks = (yield* Effect.forEach(Secrets.all, (secret) => leaksOf(failure, secret))).flat()
          if (leaks.length > 0) covered.leaking += 1
          assert(leaks.length === 0, `${leaks.length} leaks, such as\n${leaks.slice(0, 6).join("\n")}`)
        })
      )
    }
  })
}

describe("the list of failures", () => {
  it("has unique names", () => {
    for (const failures of Object.values(groups)) {
      const names = failures.map(({ name }) => name)
      assert.deepStrictEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        []
      )
    }
  })

  it.live("detects each form in each rendering of an error", () =>
    Effect.gen(function* () {
      for (const secret of Secrets.all) {
        const forms = Secrets.forms(secret)
        covered.forms = forms.length
        const leaks = Secrets.leaks(secret)
        for (const [name, form] of forms) assert.include(leaks(`a ${form} b`), name)
        assert.deepStrictEqual(leaks(`${secret.user} ${Buffer.from(secret.user).toString("base64")}`), [])
        const revealing = Object.assign(new Error(secret.password), { header: secret.header })
        for (const [name, text] of yield* Renderings.ofFailure(Cause.fail(revealing))) {
          // These renderings don't include the members of an error.
          if (/cause|encoded|clone|JSON|prettyErrors/u.test(name)) continue
          assert.notDeepEqual(leaks(text), [], name)
        }
      }
    })
  )

  it("detects the credentials in an error of Effect", () => {
    for (const secret of Secrets.all) {
      const shown = inspect({ headers: { authorization: secret.header } }, { depth: Infinity })
      assert.include(Secrets.leaks(secret)(shown), "header")
    }
  })
})
