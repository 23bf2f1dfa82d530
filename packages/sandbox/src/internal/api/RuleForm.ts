/**
 * Reads subscribe rules and recording rules from the JSON of a form parameter.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"

// Counts the members of all objects in a value. Not recursive, since a client can nest the value deeply.
const countMembers = (value: unknown): number => {
  let count = 0
  const left = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (!Predicate.isObject(next) && !Array.isArray(next)) continue
    const items: ReadonlyArray<unknown> = Object.values(next)
    if (!Array.isArray(next)) count += items.length
    for (const item of items) left.push(item)
  }
  return count
}

// Twilio rejects a rule with a repeated member, but JSON.parse keeps the last one. In valid JSON, every string before a
// colon is a member's name. If one is repeated, the text has more names than the value has members.
const hasRepeatedMember = (json: string, value: unknown): boolean => {
  let names = 0
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/gsu)) if (token.endsWith(":")) names += 1
  return names !== countMembers(value)
}

const textMembers: ReadonlySet<string> = new Set(["type", "priority", "publisher", "track", "kind"])

const readRule = (assumptions: Assumptions.Assumptions, entry: unknown): SubscribeRule.SubscribeRule | undefined => {
  if (!Predicate.isObject(entry) || Array.isArray(entry)) return undefined
  const rule: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(entry)) {
    if (name === "all" && (value === true || (value === "true" && assumptions.ruleAllAsText === "accept"))) {
      rule.all = true
    } else if (textMembers.has(name) && Predicate.isString(value)) {
      rule[name] = value
    } else if (value !== null || !(name === "all" || textMembers.has(name))) {
      // Null means no filter: clients send back the nulls of the rules that they read.
      return undefined
    }
  }
  const { type } = rule
  return Predicate.isString(type) ? { ...rule, type } : undefined
}

/** Parses rules; undefined if the text isn't JSON or doesn't follow Twilio's grammar. */
export const parse = (
  assumptions: Assumptions.Assumptions,
  text: string
): ReadonlyArray<SubscribeRule.SubscribeRule> | undefined => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(json) || json.length > SubscribeRule.maximumCount) return undefined
  const rules: Array<SubscribeRule.SubscribeRule> = []
  for (const entry of json) {
    const rule = readRule(assumptions, entry)
    if (rule === undefined) return undefined
    rules.push(rule)
  }
  return Result.isFailure(SubscribeRule.check(rules)) || hasRepeatedMember(text, json) ? undefined : rules
}
