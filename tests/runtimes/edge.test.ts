/**
 * The program on `@edge-runtime/vm`, bundled. Holds no expectation of its own.
 */
import * as Edge from "./runners/Edge.ts"
import { describeRuntime } from "./suite.ts"

describeRuntime({ runner: Edge.runner, version: /^5\.\d+\.\d+$/u })
