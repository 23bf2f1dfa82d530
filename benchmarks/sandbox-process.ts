/**
 * A sandbox that is served by a process of its own, and 16 connections to it. Only the CPU time of that process counts.
 */
import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { Agent, request, type IncomingMessage } from "node:http"
import { buffer } from "node:stream/consumers"
import * as Load from "./sandbox-load.ts"

export const connections = 16

export const totalCpu = ({ system, user }: NodeJS.CpuUsage): number => system + user

export class SandboxProcess {
  readonly baseUrl: string
  private readonly process: ChildProcess

  private constructor(process: ChildProcess, baseUrl: string) {
    this.process = process
    this.baseUrl = baseUrl
  }

  /** `module` is `sandbox-server.ts`, of this commit or of an earlier one. */
  static async start(module: URL | string): Promise<SandboxProcess> {
    const child = fork(module)
    const [{ baseUrl }] = (await once(child, "message")) as [{ readonly baseUrl: string }] // Its first message.
    return new SandboxProcess(child, baseUrl)
  }

  /** Sends requests on all connections at once. They are POSTs if they have a form. */
  async load(calls: number, path: string, form?: string): Promise<void> {
    // Not the connections of the last time, which the server closes when they are idle.
    const agent = new Agent({ keepAlive: true, maxSockets: connections })
    let left = calls
    const worker = async () => {
      while (left-- > 0) await this.send(agent, path, form)
    }
    await Promise.all(Array.from({ length: connections }, worker))
    agent.destroy()
  }

  /** The CPU time since the process started, in microseconds. */
  async cpu(): Promise<number> {
    this.process.send("cpu")
    const [usage] = (await once(this.process, "message")) as [NodeJS.CpuUsage] // Its reply.
    return totalCpu(usage)
  }

  stop(): void {
    this.process.kill()
  }

  private async send(agent: Agent, path: string, form: string | undefined): Promise<void> {
    const sent = request(`${this.baseUrl}${path}`, {
      agent,
      method: form === undefined ? "GET" : "POST",
      headers: {
        authorization: Load.authorization,
        ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" })
      }
    })
    sent.end(form)
    const [response] = (await once(sent, "response")) as [IncomingMessage] // The event's argument.
    await buffer(response)
    if (response.statusCode !== 200 && response.statusCode !== 202) {
      throw new Error(`${path}: the sandbox answered with ${response.statusCode}.`)
    }
  }
}
