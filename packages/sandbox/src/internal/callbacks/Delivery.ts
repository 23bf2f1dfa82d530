/**
 * A status callback's record in the log, and what is needed to send it.
 */
import type * as CallbackDelivery from "../../CallbackDelivery.ts"
import type { Sized } from "../journal/BoundedLog.ts"
import * as CallbackRequest from "./CallbackRequest.ts"
import type * as DeliveryFaults from "./DeliveryFaults.ts"

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

export type Attempt = Mutable<CallbackDelivery.Attempt>

/** What a delivery takes besides its texts, in bytes. */
const overhead = 1000

// Not derived from the seed: a receiver may remember the tokens of an earlier run. It isn't a secret.
const freshToken = (): string =>
  "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/gu, () => Math.floor(Math.random() * 16).toString(16))

export interface Callback {
  readonly at: number
  readonly event: CallbackDelivery.CallbackDelivery["event"]
  readonly roomSid: string
  readonly sequenceNumber: number
  /** The URL as configured, which may have a user and password. */
  readonly configured: string
  readonly method: "GET" | "POST"
  readonly parameters: Readonly<Record<string, string>>
  readonly effects: DeliveryFaults.Effects
}

export class Delivery implements Sized {
  bytes: number
  readonly id = freshToken()
  readonly attempts: Array<Attempt> = []
  readonly effects: DeliveryFaults.Effects
  status: CallbackDelivery.DeliveryStatus = "pending"
  problem: "queue-full" | undefined
  signature: string | undefined
  private readonly callback: Mutable<Callback>
  private made: CallbackRequest.CallbackRequest | undefined

  constructor(callback: Callback) {
    this.callback = callback
    this.effects = callback.effects
    this.bytes = overhead + callback.configured.length
  }

  get event(): CallbackDelivery.CallbackDelivery["event"] {
    return this.callback.event
  }

  get roomSid(): string {
    return this.callback.roomSid
  }

  /** Whether it has ended, for example by a reset. */
  get isOver(): boolean {
    return this.status !== "pending"
  }

  /** What is sent. The same object until the delivery ends or the participant is anonymized. */
  request(): CallbackRequest.CallbackRequest {
    const { configured, method, parameters } = this.callback
    return (this.made ??= CallbackRequest.make(configured, method, parameters))
  }

  end(status: Exclude<CallbackDelivery.DeliveryStatus, "pending">): void {
    this.status = status
    this.made = undefined
  }

  /** Replaces the identity of an anonymized participant, and drops what was made from it. */
  anonymize(participantSid: string): void {
    const { parameters } = this.callback
    if (parameters.ParticipantSid !== participantSid) return
    this.callback.parameters = { ...parameters, ParticipantIdentity: participantSid }
    this.made = undefined
    this.signature = undefined
    // A receiver may answer with what it received.
    for (const attempt of this.attempts) delete attempt.answer
  }

  show(): CallbackDelivery.CallbackDelivery {
    const { at, configured, event, method, parameters, roomSid, sequenceNumber } = this.callback
    const { signature, problem } = this
    const types = [...this.effects.types]
    return {
      id: this.id,
      at: new Date(at).toISOString(),
      event,
      roomSid,
      sequenceNumber,
      method,
      url: CallbackRequest.urlOf(configured).href,
      parameters,
      ...(signature === undefined ? {} : { signature }),
      attempts: this.attempts.map((attempt) => ({ ...attempt })),
      deliveryStatus: this.status,
      ...(problem === undefined ? {} : { problem }),
      ...(types.length === 0 ? {} : { faults: types })
    }
  }
}
