/**
 * The steps of a sequence, and their generator. A step refers to records by position ("the third live participant"), so a
 * sequence stays valid when steps are removed from it.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Model from "./Model.ts"
import { hour, minute, second } from "./Model.ts"

/** The position among the candidates, modulo their number. */
export type Pick = number

export type RoomAddress =
  | { readonly by: "sid" | "name"; readonly among: "open" | "all"; readonly pick: Pick }
  | { readonly by: "text"; readonly text: string }

export type ParticipantAddress =
  | {
      readonly by: "sid" | "identity"
      readonly among: "live" | "reconnecting" | "publishing" | "all" | "elsewhere"
      readonly pick: Pick
    }
  | { readonly by: "text"; readonly text: string }

export type TrackAddress =
  | { readonly by: "sid" | "name"; readonly among: "own" | "all"; readonly pick: Pick }
  | { readonly by: "text"; readonly text: string }

/** A text, or the SID of a participant who is or was in the room, or of a track in it. */
export type Text = string | { readonly sidOf: Pick }

export interface RuleDraft extends Omit<Model.Rule, "publisher" | "track"> {
  readonly publisher?: Text
  readonly track?: Text
}

/** A time near the creation of an item of the list. */
export interface Near {
  readonly pick: Pick
  readonly offset: number
}

export interface Filters {
  readonly status?: string
  /** A room's unique name or a participant's identity. */
  readonly text?: Text
  readonly after?: Near
  readonly before?: Near
}

/** The whole list as a stream, or its first page. */
export interface Reading {
  readonly how: "stream" | "page"
  readonly pageSize?: number
}

interface InRoom {
  readonly room: RoomAddress
}

interface OfParticipant extends InRoom {
  readonly participant: ParticipantAddress
}

export type Step =
  | { readonly do: "createRoom" | "openRoom"; readonly creation: Model.Creation }
  | (InRoom & { readonly do: "completeRoom" | "completeRoomByControl" | "fetchRoom" })
  | (InRoom & { readonly do: "join"; readonly identity: Text; readonly automaticSubscription: boolean })
  | (OfParticipant & { readonly do: Model.Move })
  | (OfParticipant & {
      readonly do: "fetchParticipant" | "disconnect" | "ensureDisconnected" | "anonymize" | "fetchRules"
    })
  | (OfParticipant & { readonly do: "update"; readonly status: string })
  | (OfParticipant & { readonly do: "publish"; readonly publication: Model.Publication })
  | (OfParticipant & {
      readonly do: Model.TrackChange | "fetchPublished" | "fetchSubscribed"
      readonly track: TrackAddress
    })
  | (OfParticipant & { readonly do: "updateRules"; readonly rules: ReadonlyArray<RuleDraft> })
  /** Sends the text without the client's checks. `rules` is its meaning, if it's valid. */
  | (OfParticipant & { readonly do: "sendRules"; readonly text: string; readonly rules?: ReadonlyArray<Model.Rule> })
  | { readonly do: "listRooms"; readonly filters: Filters; readonly reading: Reading }
  | (InRoom & { readonly do: "listParticipants"; readonly filters: Filters; readonly reading: Reading })
  | (OfParticipant & { readonly do: "listPublished" | "listSubscribed"; readonly reading: Reading })
  /** The page after the one read last, or that page's token in another room, which refuses it. */
  | { readonly do: "turnPage"; readonly elsewhere: boolean; readonly pick: Pick }
  | { readonly do: "pass"; readonly millis: number }
  /** Moves the clock to the next timeout, or one millisecond before or after it. */
  | { readonly do: "passToTimeout"; readonly offset: number }
  | { readonly do: "save" }
  /** Imports the saved state, or the current one if none was saved. */
  | { readonly do: "load"; readonly times: "move" | "keep" }

// ---- values ----

const halfOfAPair = "\ud800"

const unknownSid = (prefix: "RM" | "PA" | "MT") => prefix + "0".repeat(32)

const identities = ["Alice", "Bob", "Carl", "alice"]

const awkwardIdentities = [
  "a/b?c#d%20e+f&g=h\\i",
  " ",
  ".",
  "..",
  "__proto__",
  "\u00e9",
  "e\u0301",
  "\u6f22\u5b57 \ud83d\udc69\u200d\ud83d\udc67",
  unknownSid("PA"),
  unknownSid("RM"),
  "Participants",
  "x".repeat(128),
  "\u6f22".repeat(64)
]

const refusedIdentities = ["", halfOfAPair, "x".repeat(129), "\u6f22".repeat(65)]

const roomNames = ["Daily", "daily", "Retro"]

const awkwardRoomNames = ["a/b?c#d%20e+f&g=h\\i", "..", "\u6f22\u5b57", unknownSid("RM"), "x".repeat(128)]

const trackNames = ["cam", "mic", "screen", "Cam"]

const awkwardTrackNames = ["a/b?c#d%20e+f&g=h\\i", "..", unknownSid("MT"), "\u6f22\u5b57"]

const kinds: ReadonlyArray<Model.Kind> = ["audio", "video", "data"]

const statuses = ["connected", "reconnecting", "disconnected"]

const refusedCreations: ReadonlyArray<Model.Creation> = [
  { maxParticipants: 0 },
  { maxParticipants: 51 },
  { emptyRoomTimeout: 0 },
  { emptyRoomTimeout: 61 * minute },
  { unusedRoomTimeout: 0 },
  { unusedRoomTimeout: 61 * minute },
  { maxParticipantDuration: 599 * second },
  { maxParticipantDuration: 24 * hour + second },
  { uniqueName: "" },
  { uniqueName: halfOfAPair },
  { uniqueName: "x".repeat(129) }
]

const manyRules = (count: number) =>
  Array.from({ length: count }, (_, i): Model.Rule => ({ type: i % 2 === 0 ? "include" : "exclude", kind: "video" }))

// Against the grammar in Twilio's documentation. JSON can spell a repeated key in two ways.
const refusedRules = [
  "",
  "no JSON",
  "null",
  "{}",
  "[]",
  "[1]",
  '{"type":"include","all":true}',
  '[{"all":true}]',
  '[{"type":"include"}]',
  '[{"type":"mute","all":true}]',
  '[{"type":"include","all":false}]',
  '[{"type":"include","all":true,"kind":"audio"}]',
  '[{"type":"exclude","all":true,"publisher":"Alice"}]',
  '[{"type":"include","kind":"smell"}]',
  '[{"type":"include","colour":"red"}]',
  '[{"type":"include","kind":"audio","kind":"video"}]',
  '[{"type":"include","kind":"audio","\\u006bind":"audio"}]',
  '[{"type":"include","all":true},{"type":"exclude","track":"cam","track":"cam"}]',
  JSON.stringify(manyRules(21))
]

const acceptedRules: ReadonlyArray<readonly [text: string, rules: ReadonlyArray<Model.Rule>]> = [
  [
    '[{"type":"include","all":true,"publisher":null,"track":null,"kind":null,"priority":null}]',
    [{ type: "include", all: true }]
  ],
  ['[{"type":"exclude","all":"true"}]', [{ type: "exclude", all: true }]],
  [
    ' [ {"kind":"audio","type":"include"} , {"type":"include","\\u0070ublisher":"B\\u006fb"} ] ',
    [
      { type: "include", kind: "audio" },
      { type: "include", publisher: "Bob" }
    ]
  ],
  [JSON.stringify(manyRules(20)), manyRules(20)]
]

// ---- random choices ----

class Draw {
  private readonly random: Random.Random

  constructor(seed: number) {
    this.random = Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))
  }

  below(limit: number): number {
    return Math.floor(this.random.nextDoubleUnsafe() * limit)
  }

  chance(probability: number): boolean {
    return this.random.nextDoubleUnsafe() < probability
  }

  of<A>(items: ReadonlyArray<A>): A {
    return items[this.below(items.length)] as A // The lists are not empty.
  }

  /** One row of a weighted table. */
  by<A>(table: ReadonlyArray<readonly [weight: number, make: () => A]>): A {
    let left = this.random.nextDoubleUnsafe() * table.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, make] of table) {
      left -= weight
      if (left < 0) return make()
    }
    throw new Error("The weights don't add up.")
  }

  pick(): Pick {
    return this.below(1_000_000)
  }

  /** An object with the member, or an empty one. */
  maybe<K extends string, A>(probability: number, name: K, make: () => A): { readonly [name in K]?: A } {
    return this.chance(probability) ? ({ [name]: make() } as { readonly [name in K]: A }) : {} // K is one literal.
  }
}

const roomAddress = (draw: Draw): RoomAddress =>
  draw.by<RoomAddress>([
    [48, () => ({ by: "sid", among: "open", pick: draw.pick() })],
    [32, () => ({ by: "name", among: "open", pick: draw.pick() })],
    [12, () => ({ by: "sid", among: "all", pick: draw.pick() })],
    [3, () => ({ by: "name", among: "all", pick: draw.pick() })],
    [
      6,
      () => ({
        by: "text",
        text: draw.by<string>([
          [2, () => unknownSid("RM")],
          [2, () => draw.of(["", "..", halfOfAPair])],
          [1, () => "nowhere"]
        ])
      })
    ]
  ])

const participantAddress = (draw: Draw): ParticipantAddress =>
  draw.by<ParticipantAddress>([
    [36, () => ({ by: "identity", among: "live", pick: draw.pick() })],
    [28, () => ({ by: "sid", among: "live", pick: draw.pick() })],
    [17, () => ({ by: "sid", among: "all", pick: draw.pick() })],
    [7, () => ({ by: "identity", among: "all", pick: draw.pick() })],
    [4, () => ({ by: "sid", among: "elsewhere", pick: draw.pick() })],
    [8, () => ({ by: "text", text: draw.of(["Alice", "nobody", "", ".", halfOfAPair, unknownSid("PA")]) })]
  ])

/** Usually a participant that the step applies to. */
const mostly = (draw: Draw, among: "reconnecting" | "publishing") => ({
  room: roomAddress(draw),
  participant: draw.chance(0.7)
    ? { by: draw.chance(0.5) ? ("sid" as const) : ("identity" as const), among, pick: draw.pick() }
    : participantAddress(draw)
})

const trackAddress = (draw: Draw): TrackAddress =>
  draw.by<TrackAddress>([
    [45, () => ({ by: "sid", among: "own", pick: draw.pick() })],
    [25, () => ({ by: "name", among: "own", pick: draw.pick() })],
    [20, () => ({ by: "sid", among: "all", pick: draw.pick() })],
    [10, () => ({ by: "text", text: draw.of([...trackNames, "", "..", halfOfAPair, unknownSid("MT")]) })]
  ])

const inRoom = (draw: Draw) => ({ room: roomAddress(draw) })

const ofParticipant = (draw: Draw) => ({ room: roomAddress(draw), participant: participantAddress(draw) })

const identity = (draw: Draw): Text =>
  draw.by<Text>([
    [76, () => draw.of(identities)],
    [17, () => draw.of(awkwardIdentities)],
    [4, () => ({ sidOf: draw.pick() })],
    [3, () => draw.of(refusedIdentities)]
  ])

const named = (draw: Draw) =>
  draw.maybe(0.6, "uniqueName", () => draw.of(draw.chance(0.85) ? roomNames : awkwardRoomNames))

const creation = (draw: Draw): Model.Creation => ({
  ...named(draw),
  ...draw.maybe(0.3, "maxParticipants", () => draw.of([1, 2, 3, 50])),
  ...draw.maybe(0.35, "maxParticipantDuration", () => draw.of([10 * minute, hour, 24 * hour, 24 * hour])),
  ...draw.maybe(0.3, "emptyRoomTimeout", () => draw.of([minute, 7 * minute, hour])),
  ...draw.maybe(0.3, "unusedRoomTimeout", () => draw.of([minute, 7 * minute, hour]))
})

const opening = (draw: Draw): Model.Creation => ({
  ...named(draw),
  ...draw.maybe(0.3, "maxParticipants", () => draw.of([1, 2, 3, 100])),
  ...draw.maybe(0.35, "maxParticipantDuration", () => draw.of([second, minute, 30 * hour])),
  ...draw.maybe(0.5, "emptyRoomTimeout", () => draw.of([0, 0, minute, 2 * hour])),
  ...draw.maybe(0.4, "unusedRoomTimeout", () => draw.of([0, 0, minute, 30 * hour]))
})

const rule = (draw: Draw): RuleDraft => {
  const type = draw.chance(0.65) ? "include" : "exclude"
  if (draw.chance(0.25)) return { type, all: true }
  const filters = {
    ...draw.maybe<"kind", Model.Kind>(0.4, "kind", () => draw.of(kinds)),
    ...draw.maybe<"publisher", Text>(0.5, "publisher", () =>
      draw.chance(0.4) ? { sidOf: draw.pick() } : draw.of(draw.chance(0.7) ? identities : awkwardIdentities)
    ),
    ...draw.maybe<"track", Text>(0.35, "track", () =>
      draw.chance(0.4) ? { sidOf: draw.pick() } : draw.of(draw.chance(0.7) ? trackNames : awkwardTrackNames)
    )
  }
  return Object.keys(filters).length === 0 ? { type, kind: draw.of(kinds) } : { type, ...filters }
}

const turnPage = (draw: Draw): Step => ({ do: "turnPage", elsewhere: draw.chance(0.3), pick: draw.pick() })

const near = (draw: Draw): Near => ({
  pick: draw.pick(),
  offset: draw.of([-1000, -999, -1, 0, 0, 1, 999, 1000, 60_000])
})

const dates = (draw: Draw) => ({
  ...draw.maybe(0.18, "after", () => near(draw)),
  ...draw.maybe(0.15, "before", () => near(draw))
})

const reading = (draw: Draw): Reading => ({
  how: draw.chance(0.4) ? "stream" : "page",
  ...draw.maybe(0.8, "pageSize", () => draw.of([1, 1, 1, 2, 2, 3, 1000, draw.chance(0.4) ? 0 : 1]))
})

const ofTrack = (draw: Draw) => ({ ...mostly(draw, "publishing"), track: trackAddress(draw) })

const ofSubscribed = (draw: Draw) => ({
  ...ofParticipant(draw),
  track: draw.chance(0.7) ? { by: "sid" as const, among: "all" as const, pick: draw.pick() } : trackAddress(draw)
})

/** How often a sequence creates and completes rooms and moves the clock. If it does so rarely, rooms fill up. */
interface Pace {
  readonly rooms: number
  readonly time: number
}

const paces: ReadonlyArray<Pace> = [
  { rooms: 0.1, time: 0.2 },
  { rooms: 0.2, time: 0.5 },
  { rooms: 0.6, time: 1 },
  { rooms: 1, time: 2 }
]

const join = (draw: Draw): Step => ({
  do: "join",
  ...inRoom(draw),
  identity: identity(draw),
  automaticSubscription: draw.chance(0.85)
})

type Weighted = readonly [weight: number, make: () => Step]

const roomSteps = (draw: Draw, pace: Pace): ReadonlyArray<Weighted> => [
  [
    6 * pace.rooms,
    () => ({ do: "createRoom", creation: draw.chance(0.8) ? creation(draw) : draw.of(refusedCreations) })
  ],
  [5 * pace.rooms, () => ({ do: "openRoom", creation: opening(draw) })],
  [5 * pace.rooms, () => ({ do: draw.chance(0.6) ? "completeRoom" : "completeRoomByControl", ...inRoom(draw) })],
  [2, () => ({ do: "fetchRoom", ...inRoom(draw) })]
]

const participantSteps = (draw: Draw): ReadonlyArray<Weighted> => [
  [20, () => join(draw)],
  [3, () => ({ do: "leave", ...ofParticipant(draw) })],
  [3, () => ({ do: "loseConnection", ...ofParticipant(draw) })],
  [3, () => ({ do: "regainConnection", ...mostly(draw, "reconnecting") })],
  [3, () => ({ do: "fetchParticipant", ...ofParticipant(draw) })],
  [4, () => ({ do: "disconnect", ...ofParticipant(draw) })],
  [2, () => ({ do: "ensureDisconnected", ...ofParticipant(draw) })],
  [1.5, () => ({ do: "update", ...ofParticipant(draw), status: draw.of([...statuses, "on hold"]) })],
  [4, () => ({ do: "anonymize", ...ofParticipant(draw) })]
]

const trackSteps = (draw: Draw): ReadonlyArray<Weighted> => [
  [
    11,
    () => ({
      do: "publish",
      ...ofParticipant(draw),
      publication: {
        kind: draw.of(kinds),
        ...draw.maybe(0.8, "name", () =>
          draw.by<string>([
            [85, () => draw.of(trackNames)],
            [12, () => draw.of(awkwardTrackNames)],
            [3, () => draw.of(["", "x".repeat(129)])]
          ])
        ),
        ...draw.maybe(0.3, "enabled", () => draw.chance(0.5))
      }
    })
  ],
  [2, () => ({ do: "unpublishTrack", ...ofTrack(draw) })],
  [1.5, () => ({ do: "enableTrack", ...ofTrack(draw) })],
  [1.5, () => ({ do: "disableTrack", ...ofTrack(draw) })],
  [1.5, () => ({ do: "fetchPublished", ...ofTrack(draw) })],
  [2, () => ({ do: "fetchSubscribed", ...ofSubscribed(draw) })]
]

const ruleSteps = (draw: Draw): ReadonlyArray<Weighted> => [
  [1.5, () => ({ do: "fetchRules", ...ofParticipant(draw) })],
  [
    6,
    () => ({
      do: "updateRules",
      ...ofParticipant(draw),
      rules: Array.from({ length: 1 + draw.below(4) }, () => rule(draw))
    })
  ],
  [
    3,
    () => {
      const [text, rules] = draw.chance(0.3) ? draw.of(acceptedRules) : [draw.of(refusedRules)]
      return { do: "sendRules", ...ofParticipant(draw), text, ...(rules === undefined ? {} : { rules }) }
    }
  ]
]

const readingSteps = (draw: Draw): ReadonlyArray<Weighted> => [
  [
    2.5,
    () => ({
      do: "listRooms",
      reading: reading(draw),
      filters: {
        ...draw.maybe(0.5, "status", () => draw.of(["in-progress", "completed", "completed", "failed"])),
        ...draw.maybe<"text", Text>(0.2, "text", () =>
          draw.chance(0.3) ? { sidOf: draw.pick() } : draw.of([...roomNames, ...awkwardRoomNames])
        ),
        ...dates(draw)
      }
    })
  ],
  [
    4.5,
    () => ({
      do: "listParticipants",
      ...inRoom(draw),
      reading: reading(draw),
      filters: {
        ...draw.maybe(0.45, "status", () => draw.of(statuses)),
        ...draw.maybe(0.2, "text", () => identity(draw)),
        ...dates(draw)
      }
    })
  ],
  [1.5, () => ({ do: "listPublished", ...ofParticipant(draw), reading: reading(draw) })],
  [2, () => ({ do: "listSubscribed", ...ofParticipant(draw), reading: reading(draw) })],
  [4, () => turnPage(draw)]
]

const stateSteps = (draw: Draw, pace: Pace): ReadonlyArray<Weighted> => [
  [
    8 * pace.time,
    () => ({
      do: "pass",
      millis: draw.by<number>([
        [60, () => second + draw.below(59_000)],
        [25, () => minute + draw.below(8 * minute)],
        [15, () => hour + draw.below(4 * hour)]
      ])
    })
  ],
  [3.5 * pace.time, () => ({ do: "passToTimeout", offset: draw.of([-1, 0, 0, 1]) })],
  [0.7, () => ({ do: "save" })],
  [0.7, () => ({ do: "load", times: draw.of(["move", "keep"]) })]
]

const step = (draw: Draw, pace: Pace): Step =>
  draw.by<Step>([
    ...roomSteps(draw, pace),
    ...participantSteps(draw),
    ...trackSteps(draw),
    ...ruleSteps(draw),
    ...readingSteps(draw),
    ...stateSteps(draw, pace)
  ])

/** The same seed gives the same steps. The first steps create a room and let participants join. */
export const generate = (seed: number, length: number): ReadonlyArray<Step> => {
  const draw = new Draw(seed)
  const pace = draw.of(paces)
  // If rooms are rarely created, the first one must last.
  const lasting = pace.rooms < 0.5 ? { unusedRoomTimeout: hour, emptyRoomTimeout: hour } : {}
  const steps: Array<Step> = [
    { do: "createRoom", creation: { ...creation(draw), ...lasting } },
    ...Array.from({ length: draw.below(4) }, () => join(draw))
  ]
  while (steps.length < length) {
    const next = step(draw, pace)
    steps.push(next)
    if ("reading" in next && next.reading.how === "page" && draw.chance(0.7)) steps.push(turnPage(draw))
  }
  return steps.slice(0, length)
}
