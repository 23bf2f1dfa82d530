/**
 * The bundled program on `@edge-runtime/vm`.
 */
import * as Edge from "./runners/Edge.ts"
import { describeRuntime } from "./suite.ts"

describeRuntime({ runner: Edge.runner, version: /^5\.\d+\.\d+$/u })
