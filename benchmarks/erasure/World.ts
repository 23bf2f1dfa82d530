/**
 * The rooms that the erasure benchmark searches.
 */
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"

/** How many participations a room has. */
export const perRoom = 5

/** One of so many participations belongs to somebody who is erased. */
const oneIn = 50

/** One of so many rooms is in progress. The others are completed. */
const inProgress = 1000

const roomsPerDay = 1000

/** A person to erase. */
export const person = (index: number): string => `Person ${index}`

const identity = (participation: number, people: number): string =>
  participation % oneIn === 0 ? person((participation / oneIn) % people) : `Guest ${participation % 997}`

/** So many rooms. The people to erase take turns. */
export const rooms = (count: number, people: number): ReadonlyArray<Scenario.ScenarioRoom> =>
  Array.from({ length: count }, (_, room) => {
    const isOpen = room % inProgress === inProgress - 1
    const hours = isOpen ? 2 : 24 * (1 + Math.floor(room / roomsPerDay))
    return {
      uniqueName: `Room ${room}`,
      openedAgo: `${hours} hours`,
      completedAgo: isOpen ? undefined : `${hours - 1} hours`,
      participants: Array.from({ length: perRoom }, (_, index) => ({
        identity: identity(room * perRoom + index, people),
        joinedAgo: `${hours} hours`
      }))
    }
  })
