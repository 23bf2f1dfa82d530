/**
 * Rooms of several years in which a person took part under two identities, beside others with similar names.
 */
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"

/** With characters that JSON, URLs, HTML and Latin-1 escape. */
export const person: ReadonlyArray<string> = ['Zoë "Zzyx" <zz/yx>', "zz+yx&q@example.com"]

const [name = "", address = ""] = person

/** People whose names differ from the person's in case, space, length or accent. */
const similar = [name.toLowerCase(), `${name} II`, ` ${name}`, name.replace("ë", "e"), name.slice(0, -1), `x${address}`]

/** How many participations a room has. */
export const perRoom = 5

/** Who takes part in a room, in the order of joining: every second room has one participation of the person, on average. */
const identitiesOf = (index: number): ReadonlyArray<string> => {
  const guests = Array.from({ length: perRoom }, (_, guest) => `Guest ${(index * 7 + guest) % 500}`)
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = guests
  switch (index % 8) {
    case 0:
      return [name, first, second, third, name]
    case 3:
      return [first, similar[index % similar.length] ?? "", second, third, fourth]
    case 4:
      return [first, address, second, third, name]
    default:
      return [first, second, third, fourth, fifth]
  }
}

const hours = (count: number) => `${count} hours` as const
const minutes = (count: number) => `${count} minutes` as const

/** A room in progress. Three are connected, at most two of them the person; the others have left. */
const current = (index: number): Scenario.ScenarioRoom => ({
  uniqueName: `Now ${index}`,
  openedAgo: minutes(60),
  participants: identitiesOf(index).map((identity, joined) => ({
    identity,
    joinedAgo: minutes(58 - 5 * joined),
    leftAgo: joined === 1 || joined >= 3 ? undefined : minutes(56 - 5 * joined)
  }))
})

const past = (index: number, day: number): Scenario.ScenarioRoom => ({
  uniqueName: `Past ${index}`,
  openedAgo: hours(24 * day),
  completedAgo: hours(24 * day - 2),
  participants: identitiesOf(index).map((identity, joined) => ({
    identity,
    joinedAgo: minutes(24 * 60 * day - 2 * joined),
    leftAgo: joined % 2 === 0 ? minutes(24 * 60 * day - 2 * joined - 1) : undefined
  }))
})

/** One of twenty rooms is in progress, the others are completed, so many a day. */
export const rooms = (count: number, perDay: number): ReadonlyArray<Scenario.ScenarioRoom> =>
  Array.from({ length: count }, (_, index) =>
    index < count / 20 ? current(index) : past(index, 1 + Math.floor(index / perDay))
  )

/** The participations of the person. */
export const participationsOf = ({ rooms }: SandboxState.SandboxState) =>
  rooms.flatMap(({ participants, sid: roomSid }) =>
    participants
      .filter(({ identity }) => person.includes(identity))
      .map(({ sid, status }) => ({ roomSid, sid, status }))
  )
