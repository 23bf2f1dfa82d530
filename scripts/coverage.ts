/**
 * The sandbox's COVERAGE.md, which `pnpm generate` writes: each operation of Twilio's OpenAPI document, and whether the
 * sandbox's router has it.
 */
import * as Effect from "effect/Effect"
import * as Routes from "../packages/sandbox/src/internal/server/Routes.ts"
import * as OperationLookup from "../packages/sandbox/src/internal/wire/OperationLookup.ts"
import * as Sandbox from "../packages/sandbox/src/Sandbox.ts"
import * as OpenApi from "../tests/conformance/openapi/OpenApi.ts"

/** A method and a path without the names of its parameters. */
const shapeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/:\w+|\{\w+\}/gu, "*")}`

const { engine } = Routes.partsOf(Effect.runSync(Sandbox.make()))

const routed = new Set(
  Routes.api({ engine, access: { publicOrigin: undefined } }).map(({ method, path }) => shapeOf(method, path))
)

const isEmulated = ({ id, method, template }: OpenApi.Operation): boolean => {
  if (routed.has(shapeOf(method, template))) return true
  if (OperationLookup.notEmulated(template) !== undefined) return false
  throw new Error(`coverage: the sandbox neither emulates ${id} nor responds to it with 501.`)
}

/** The last segment of a path that names a resource: all of them are plural. */
const resourceOf = ({ template }: OpenApi.Operation): string => template.match(/[A-Z]\w*s(?=\/|$)/gu)?.at(-1) ?? ""

const row = (operation: OpenApi.Operation): string =>
  `| ${[
    operation.id,
    resourceOf(operation),
    operation.method,
    `\`${operation.template}\``,
    isEmulated(operation) ? "emulated" : "501"
  ].join(" | ")} |`

/** Returns the text of the page. */
export const page = (): string => {
  const all = OpenApi.operations.toSorted((a, b) => Number(isEmulated(b)) - Number(isEmulated(a)))
  const emulated = all.filter(isEmulated).length
  return `# Coverage

Twilio's OpenAPI document of Video v1 has ${all.length} operations. The sandbox emulates ${emulated} of them. It responds to the other ${all.length - emulated} with the status 501 and the code 20501, once the credentials are valid.

\`pnpm generate\` writes this page from Twilio's document and the sandbox's router.

| operation | resource | method | path | sandbox |
| --- | --- | --- | --- | --- |
${all.map(row).join("\n")}
`
}
