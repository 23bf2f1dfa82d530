/**
 * Whatever fails, nothing that is written of it gives the credentials away: each failure, with each kind of credentials,
 * in each rendering. Holds no processes that end by it; see unhandled.test.ts.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Buffer } from "node:buffer"
import { inspect } from "node:util"
import * as Lane from "../support/Lane.ts"
import * as AnswerFailures from "./AnswerFailures.ts"
import * as CallbackFailures from "./CallbackFailures.ts"
import * as ClientFailures from "./ClientFailures.ts"
import type * as Failure from "./Failure.ts"
import * as OptionFailures from "./OptionFailures.ts"
import * as Renderings from "./Renderings.ts"
import * as Secrets from "./Secrets.ts"
import * as Summary from "./Summary.ts"
import * as TransportFailures from "./TransportFailures.ts"

const groups: Readonly<Record<string, ReadonlyArray<Failure.Failure>>> = {
  answers: AnswerFailures.all,
  transports: TransportFailures.all,
  clients: ClientFailures.all,
  options: OptionFailures.all,
  "tokens and callbacks": CallbackFailures.all
}

const covered = { failures: 0, leaking: 0, credentials: Secrets.all.length, runs: 0, renderings: 0, forms: 0 }

afterAll(() => Summary.write("errors", covered))

/** Where a failure lets which forms out. */
const leaksOf = Effect.fnUntraced(function* ({ run, says = "" }: Failure.Failure, secret: Secrets.Secret) {
  const exit = yield* Effect.exit(run(secret))
  assert(Exit.isFailure(exit), "does not fail")
  assert.include(Cause.pretty(exit.cause), says, "says something else")
  const renderings = yield* Renderings.ofFailure(exit.cause)
  const leaks = Secrets.leaks(secret)
  covered.runs += 1
  covered.renderings += renderings.length
  return renderings.flatMap(([name, text]) => {
    const forms = leaks(text)
    return forms.length === 0 ? [] : [`${secret.name}, ${name}: ${forms.join(", ")}`]
  })
})

/** Of each group every so many-th failure is run, from the first. */
const stride = Lane.count(8, 1)

for (const [group, failures] of Object.entries(groups)) {
  describe(`no credentials are written down: ${group}`, () => {
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

describe("this table", () => {
  it("has no failure twice", () => {
    for (const failures of Object.values(groups)) {
      const names = failures.map(({ name }) => name)
      assert.deepStrictEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        []
      )
    }
  })

  it.live("finds each form in an error that holds it, by each rendering of a value", () =>
    Effect.gen(function* () {
      for (const secret of Secrets.all) {
        const forms = Secrets.forms(secret)
        covered.forms = forms.length
        const leaks = Secrets.leaks(secret)
        for (const [name, form] of forms) assert.include(leaks(`a ${form} b`), name)
        assert.deepStrictEqual(leaks(`${secret.user} ${Buffer.from(secret.user).toString("base64")}`), [])
        const told = Object.assign(new Error(secret.password), { header: secret.header })
        for (const [name, text] of yield* Renderings.ofFailure(Cause.fail(told))) {
          // An error's members are not written there, or it has none of these.
          if (/cause|encoded|clone|JSON|prettyErrors/u.test(name)) continue
          assert.notDeepEqual(leaks(text), [], name)
        }
      }
    })
  )

  it("would see what an Effect error without this library's care shows", () => {
    for (const secret of Secrets.all) {
      const shown = inspect({ headers: { authorization: secret.header } }, { depth: Infinity })
      assert.include(Secrets.leaks(secret)(shown), "header")
    }
  })
})
