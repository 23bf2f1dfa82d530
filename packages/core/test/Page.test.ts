/**
 * The page tokens of `Page.make`, and when `Page.readAhead` requests a page. Operations that read pages are tested in
 * `tests/contract`.
 */
import * as Page from "@effect-twilio-video/core/Page"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const meta = (next: string | null, previous: string | null) =>
  Schema.decodeSync(Page.PageMetaJson)({
    page: 1,
    page_size: 50,
    first_page_url: null,
    url: null,
    next_page_url: next,
    previous_page_url: previous
  })

describe("Page.make", () => {
  it("extracts the tokens from the page URLs", () => {
    const page = Page.make([1], meta("https://h/x?PageSize=50&PageToken=a%2Fb%3D", "https://h/x?PageToken="))
    assert.deepStrictEqual(page.nextPageToken, Option.some("a/b="))
    // With an empty token, a list would start again.
    assert.deepStrictEqual(page.previousPageToken, Option.none())
  })

  it("has no tokens without valid page URLs", () => {
    const last = Page.make([], meta(null, "no URL"))
    assert.deepStrictEqual([last.nextPageToken, last.previousPageToken], [Option.none(), Option.none()])
  })
})

const Label = Context.Reference("Label", { defaultValue: () => "default" })

/** A list with these pages, each of which takes 20 ms, and the requests for them: begun, and interrupted. */
const slowList = <E = never>(
  pages: ReadonlyArray<ReadonlyArray<number>>,
  end: Effect.Effect<void, E> = Effect.void
) => {
  const begun: Array<number> = []
  const interrupted: Array<number> = []
  const stream = Stream.paginate(0, (page) =>
    Effect.gen(function* () {
      begun.push(page)
      yield* Effect.sleep(20)
      if (page === pages.length) yield* end
      return [pages[page] ?? [], page < pages.length ? Option.some(page + 1) : Option.none()] as const
    }).pipe(Effect.onInterrupt(() => Effect.sync(() => interrupted.push(page))))
  )
  return { begun, interrupted, stream: Page.readAhead(stream) }
}

/** Runs an effect to its end; returns its result and the milliseconds it took by the test's clock. */
const timed = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
  const from = yield* Clock.currentTimeMillis
  const fiber = yield* Effect.forkChild(Effect.zip(effect, Clock.currentTimeMillis))
  yield* TestClock.adjust("1 hour")
  const [result, to] = yield* Fiber.join(fiber)
  return [result, to - from] as const
})

describe("Page.readAhead", () => {
  it.effect("requests the next page while the consumer works on the current one", () =>
    Effect.gen(function* () {
      const pages = [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8]
      ]
      const byPage = slowList(pages)
      const seen: Array<ReadonlyArray<number>> = []
      const consume = (items: ReadonlyArray<number>) =>
        Effect.delay(
          Effect.sync(() => seen.push(items)),
          20
        )
      assert.strictEqual((yield* timed(Stream.runForEachArray(byPage.stream, consume)))[1], 5 * 20)
      assert.deepStrictEqual(seen, pages)
      const byItem = slowList(pages)
      assert.strictEqual((yield* timed(Stream.runForEach(byItem.stream, () => Effect.sleep(10))))[1], 5 * 20)
    })
  )

  it.effect("never requests more than one page ahead", () =>
    Effect.gen(function* () {
      const { begun, interrupted, stream } = slowList([[1], [2], [3], [4]])
      let received = 0
      const stuck = yield* Effect.forkChild(
        Stream.runForEach(stream, () => (++received === 2 ? Effect.never : Effect.void))
      )
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual([begun, interrupted], [[0, 1, 2], []])
      yield* Fiber.interrupt(stuck)
      assert.deepStrictEqual(interrupted, [])
    })
  )

  it.effect("requests no page for a consumer that stops without waiting", () =>
    Effect.gen(function* () {
      for (const [count, requests] of [
        [1, [0]],
        [2, [0]],
        [3, [0, 1]]
      ] as const) {
        const { begun, interrupted, stream } = slowList([[1, 2], [3, 4], [5]])
        yield* timed(Stream.runCollect(Stream.take(stream, count)))
        assert.deepStrictEqual([begun, interrupted], [requests, []])
      }
      const first = slowList([[1, 2], [3]])
      assert.deepStrictEqual((yield* timed(Stream.runHead(first.stream)))[0], Option.some(1))
      assert.deepStrictEqual(first.begun, [0])
    })
  )

  it.effect("interrupts the request if the consumer stops, fails or is interrupted", () =>
    Effect.gen(function* () {
      const stopping = Effect.sleep(5)
      const consumers: ReadonlyArray<(stream: Stream.Stream<number>) => Effect.Effect<void, unknown>> = [
        (stream) =>
          Stream.runDrain(
            Stream.take(
              Stream.tap(stream, () => stopping),
              1
            )
          ),
        (stream) => Stream.runForEach(stream, () => Effect.andThen(stopping, Effect.fail("no"))),
        (stream) =>
          Effect.timeout(
            Stream.runForEach(stream, () => Effect.never),
            25
          )
      ]
      for (const consume of consumers) {
        const { begun, interrupted, stream } = slowList([[1, 2], [3], [4]])
        const [, took] = yield* timed(Effect.exit(consume(stream)))
        assert.deepStrictEqual([begun, interrupted, took], [[0, 1], [1], 25])
      }
    })
  )

  it.effect("requests every page with the services that the stream is provided with", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const stream = Stream.paginate(0, (page) =>
        Effect.map(Label, (label) => {
          seen.push(label)
          return [[page], page < 2 ? Option.some(page + 1) : Option.none()] as const
        })
      )
      yield* Page.readAhead(stream).pipe(
        Stream.provideService(Label, "provided"),
        Stream.runForEach(() => Effect.yieldNow)
      )
      assert.deepStrictEqual(seen, ["provided", "provided", "provided"])
    })
  )

  it.effect("continues after an interrupted pull, with the same request", () =>
    Effect.gen(function* () {
      const { begun, stream } = slowList([[1], [2]])
      const pulled = Effect.scoped(
        Effect.gen(function* () {
          const pull = yield* Stream.toPull(stream)
          yield* pull
          const hurried = yield* Effect.option(Effect.timeout(pull, 5))
          return [hurried, yield* pull] as const
        })
      )
      const [result] = yield* timed(pulled)
      assert.deepStrictEqual<unknown>(
        [result, begun],
        [
          [Option.none(), [2]],
          [0, 1]
        ]
      )
    })
  )

  it.effect.prop(
    "emits the same items as the stream and then fails as it does, at any pace",
    {
      pages: Schema.Array(Schema.Array(Schema.Int).check(Schema.isMaxLength(3))).check(Schema.isMaxLength(5)),
      fails: Schema.Boolean,
      pace: Schema.Literals([0, 1, 10, 20, 50])
    },
    ({ fails, pace, pages }) =>
      Effect.gen(function* () {
        const { stream } = slowList(pages, fails ? Effect.fail("the end" as const) : Effect.void)
        const seen: Array<number> = []
        const consume = (item: number) => {
          seen.push(item)
          return pace === 0 ? Effect.void : Effect.sleep(pace)
        }
        const [exit] = yield* timed(Effect.result(Stream.runForEach(stream, consume)))
        assert.deepStrictEqual([seen, exit._tag], [pages.flat(), fails ? "Failure" : "Success"])
      })
  )
})
