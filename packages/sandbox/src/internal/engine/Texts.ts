/**
 * What Twilio takes for a name or an identity, as core has it. Holds no rule of its own.
 */
export * from "@effect-twilio-video/core/Texts"
