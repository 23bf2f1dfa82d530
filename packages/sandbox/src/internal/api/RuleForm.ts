/**
 * Subscribe rules, and recording rules, as they come in: JSON in a form parameter, checked by Twilio's grammar. Holds
 * no evaluation.
 */
import * as NameRules from "@effect-twilio-video/core/NameRules"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"

const filters = ["publisher", "track", "kind"] as const

const members: ReadonlySet<string> = new Set(["type", "all", "priority", ...filters])

// How many members the objects in a value have. Not by recursion: the value is the client's, and may be deep.
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

// JSON keeps the last of two members of one name; Twilio refuses the rule. In JSON text that has been parsed, a string
// with a colon after it is the name of a member, so the names in the text and in the value can be counted.
const hasRepeatedMember = (json: string, value: unknown): boolean => {
  let names = 0
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/gsu)) if (token.endsWith(":")) names += 1
  return names !== countMembers(value)
}

const isFilter = (value: unknown): value is string =>
  Predicate.isString(value) && value !== "" && NameRules.isWellFormed(value)

const readRule = (assumptions: Assumptions.Assumptions, entry: unknown): SubscribeRule.SubscribeRule | undefined => {
  if (!Predicate.isObject(entry) || Array.isArray(entry)) return undefined
  const given = new Map<string, unknown>()
  for (const [name, value] of Object.entries(entry)) {
    if (!members.has(name)) {
      if (assumptions.ruleUnknownFilter === "refuse") return undefined
    } else if (value !== null) given.set(name, value)
    else if (name === "type" || assumptions.ruleNullFilter === "refuse") return undefined
  }
  const type = given.get("type")
  if (!Predicate.isString(type)) return undefined
  if (type !== "include" && type !== "exclude" && assumptions.ruleUnknownType === "refuse") return undefined
  const priority = given.get("priority")
  if (priority !== undefined && !Predicate.isString(priority)) return undefined
  const rest = { type, ...(priority === undefined ? {} : { priority }) }
  const all = given.get("all")
  const named = filters.filter((name) => given.has(name))
  if (all !== undefined) {
    const isAll = all === true || (all === "true" && assumptions.ruleAllAsText === "accept")
    return isAll && named.length === 0 ? { ...rest, all: true } : undefined
  }
  if (named.length === 0) return assumptions.ruleWithoutFilter === "accept" ? rest : undefined
  const matching: { -readonly [K in (typeof filters)[number]]?: string } = {}
  for (const name of named) {
    const value = given.get(name)
    if (!isFilter(value)) return undefined
    matching[name] = value
  }
  return matching.kind === undefined || PublishedTrack.isKnownKind(matching.kind) ? { ...rest, ...matching } : undefined
}

/** The rules of a list in JSON, if there are as many as there may be and each is by the grammar. */
export const ofJson = (
  assumptions: Assumptions.Assumptions,
  json: unknown
): ReadonlyArray<SubscribeRule.SubscribeRule> | undefined => {
  if (!Array.isArray(json) || json.length === 0 || json.length > SubscribeRule.maximumCount) return undefined
  const rules: Array<SubscribeRule.SubscribeRule> = []
  for (const entry of json) {
    const rule = readRule(assumptions, entry)
    if (rule === undefined) return undefined
    rules.push(rule)
  }
  return rules
}

export type Problem = "not-json" | "invalid"

export const parse = (
  assumptions: Assumptions.Assumptions,
  text: string
): Result.Result<ReadonlyArray<SubscribeRule.SubscribeRule>, Problem> => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return Result.fail("not-json")
  }
  const rules = ofJson(assumptions, json)
  return rules === undefined || hasRepeatedMember(text, json) ? Result.fail("invalid") : Result.succeed(rules)
}
