/** Runs the generator of api.md on small declarations: the lines that it lists, and the problems that it reports. */
import { describe, expect, test } from "vitest"
import * as Api from "../../scripts/api.ts"

const moduleOf = (declarations: string, source = "/**\n * Rooms, in small. More.\n */\n"): Api.Module => ({
  source: { file: "packages/core/src/Rooms.ts", text: source },
  declarations: { file: "packages/core/dist/Rooms.d.ts", text: declarations }
})

const documented = (sentence: string) => `/**\n * ${sentence}\n *\n * @category models\n * @since 0.1.0\n */\n`

const listed = (declarations: string) => Api.sectionOf(moduleOf(declarations)).trim().split("\n").slice(4)

describe("sectionOf", () => {
  test("begins with the module and the first sentence of its docstring", () => {
    expect(Api.sectionOf(moduleOf(`${documented("A.")}export type A = 1;`))).toBe(
      "### [Rooms](packages/core/src/Rooms.ts)\n\nRooms, in small.\n\n- type `A`: A.\n"
    )
  })

  test.each([
    ["export declare const f: (a: string) => Effect.Effect<Room.Room>;", "function `f(a: string) => Effect<Room>`"],
    ["export declare function f<A>(a: A): Page.Page<A>;", "function `f<A>(a: A): Page<A>`"],
    ["export declare const l: Layer.Layer<Rooms.Rooms>;", "layer `l: Layer<Rooms>`"],
    ["export declare const l: (a: Options) => Layer.Layer<A.B>;", "layer `l(a: Options) => Layer<A.B>`"],
    ["export declare const c: Config.Config<Options>;", "constant `c: Config<Options>`"],
    ["export declare const c = 20;", "constant `c`"],
    [`export declare const c: ${'"a" | '.repeat(40)}"b";`, "constant `c`"],
    ["export interface A {\n    readonly b: string;\n}", "type `A`"],
    ["export declare class C {\n}", "class `C`"]
  ])("lists %s", (declaration, line) => {
    expect(listed(documented("Says what.") + declaration)).toEqual([`- ${line}: Says what.`])
  })

  test("recognizes errors and services by their base classes", () => {
    expect(
      listed(`declare const E_base: Schema.Class<E, {}, import("effect/Cause").YieldableError>;
${documented("An error.")}export declare class E extends E_base {
}
declare const S_base: Context.ServiceClass<S, "S", Service>;
${documented("A service.")}export declare class S extends S_base {
}`)
    ).toEqual(["- error `E`: An error.", "- service `S`: A service."])
  })

  test("lists the methods of a service below it, unless the module exports them", () => {
    expect(
      listed(`${documented("The operations.")}export interface Service {
    /** Reads one. Fails. */
    readonly fetch: (room: string) => Effect.Effect<Room.Room>;
    /** Everything. */
    readonly all: Effect.Effect<A>;
    readonly list: () => void;
}
${documented("Lists.")}export declare const list: () => void;`)
    ).toEqual([
      "- type `Service`: The operations.",
      "  - `fetch(room: string) => Effect<Room>`: Reads one.",
      "  - `all: Effect<A>`: Everything.",
      "- function `list() => void`: Lists."
    ])
  })

  test("lists re-exports with their source", () => {
    expect(listed(`export { type A, b as c } from "./B.ts";\nexport type * from "./C.ts";\nexport {};`)).toEqual([
      "- `A, b as c` from `./B.ts`",
      "- `*` from `./C.ts`"
    ])
  })

  test("writes the first sentence of a docstring on one line, with links as code", () => {
    expect(
      listed(`${documented("As {@link Service.a} of\n * `effect/Effect` says. More.")}export type A = 1;`)
    ).toEqual(["- type `A`: As `Service.a` of `effect/Effect` says."])
    expect(listed(`${documented("One of:\n * - `a`;\n * - `b`.")}export type A = 1;`)).toEqual(["- type `A`: One of."])
  })

  test("omits internal exports and local declarations", () => {
    expect(listed("/** A.\n * @internal */\nexport type A = 1;\ntype B = 1;")).toEqual([])
  })
})

describe("problemsOf", () => {
  test("accepts documented exports", () => {
    expect(Api.problemsOf(moduleOf(`${documented("A type.")}export type A = 1;`))).toEqual([])
  })

  test("reports the missing parts of a docstring", () => {
    expect(
      Api.problemsOf(
        moduleOf(
          "export type A = 1;\n/** A sentence. */\nexport type B = 1;\nexport interface Service {\n  readonly c: 1\n}",
          "/** no sentence */"
        )
      )
    ).toEqual([
      "packages/core/src/Rooms.ts:1: the docstring of the module has no sentence",
      "packages/core/dist/Rooms.d.ts:1: the docstring of A has no sentence",
      "packages/core/dist/Rooms.d.ts:1: the docstring of A has no @category",
      "packages/core/dist/Rooms.d.ts:1: the docstring of A has no @since",
      "packages/core/dist/Rooms.d.ts:3: the docstring of B has no @category",
      "packages/core/dist/Rooms.d.ts:3: the docstring of B has no @since",
      "packages/core/dist/Rooms.d.ts:4: the docstring of Service has no sentence",
      "packages/core/dist/Rooms.d.ts:4: the docstring of Service has no @category",
      "packages/core/dist/Rooms.d.ts:4: the docstring of Service has no @since",
      "packages/core/dist/Rooms.d.ts:5: the docstring of c has no sentence"
    ])
  })

  test("reports each internal type that a declaration shows", () => {
    const declarations = `import type * as Line from "./internal/Line.ts";
import { type Store } from "./internal/engine/Store.ts";
import * as Quota from "./Quota.ts";
${documented("Keeps a Line.Line.")}export declare const a: (line: Line.Line, quota: Quota.Quota) => Store;
${documented("B.")}export declare const b: import("./internal/B.ts").B;
`
    expect(Api.problemsOf(moduleOf(declarations))).toEqual([
      "packages/core/dist/Rooms.d.ts:10: Line.Line is internal. Public signatures can't show it.",
      "packages/core/dist/Rooms.d.ts:10: Store is internal. Public signatures can't show it.",
      "packages/core/dist/Rooms.d.ts:17: ./internal/B.ts is internal. Public signatures can't show it."
    ])
  })
})
