/**
 * Shows how far an erasure is: a progress bar on a terminal, and elsewhere a line per change.
 */
import type * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as DateTime from "effect/DateTime"

/** Where the rate is measured from, and the latest look. Times are in milliseconds. */
interface Pace {
  readonly sweep: number
  readonly from: { readonly at: number; readonly rooms: number }
  readonly last: { readonly at: number; readonly rooms: number }
}

const count = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`

/** Formats a time in milliseconds, rounded up. */
export const time = (millis: number): string => {
  const seconds = Math.max(0, Math.ceil(millis / 1000))
  if (seconds <= 90) return count(seconds, "second")
  const minutes = Math.ceil(seconds / 60)
  return minutes <= 90 ? count(minutes, "minute") : count(Math.ceil(minutes / 60), "hour")
}

const bar = (done: number, all: number, width = 24): string => {
  const full = all === 0 ? width : Math.floor((done / all) * width)
  return "█".repeat(full) + "░".repeat(width - full)
}

const rateOf = ({ from, last }: Pace): number => ((last.rooms - from.rooms) / (last.at - from.at)) * 1000

const rate = (pace: Pace, total: number, now: number): string => {
  const perSecond = rateOf(pace)
  if (!Number.isFinite(perSecond) || perSecond <= 0) return ""
  const left = ((total - pace.last.rooms) / perSecond) * 1000 - (now - pace.last.at)
  return `, ${perSecond.toFixed(perSecond < 10 ? 1 : 0)} rooms/s, ${time(left)} left`
}

const clock = (at: DateTime.Utc): string => `${DateTime.formatIso(at).slice(0, 19).replace("T", " ")} UTC`

const text = (
  status: Erasure.Status,
  details: { readonly bar: string; readonly rate: string; readonly left: string }
) => {
  switch (status._tag) {
    case "Waiting":
      return "Waits for the next sweep"
    case "Sweeping": {
      const { erased, found, rooms, sweep, total } = status
      if (sweep === 2 && rooms === total.rooms && found > erased)
        return "Waits until everybody who is connected has left"
      const counts = `${rooms} of ${total.rooms} rooms, ${found} found, ${erased} erased`
      return `Sweep ${sweep}  ${details.bar}${counts}${details.rate}`
    }
    case "Settling":
      return `Waits until access tokens have expired, at ${clock(status.until)}${details.left}`
    case "Verifying":
      return "Verifies"
    case "Stalled":
      return `Stalled: ${status.reason}`
    default:
      return status._tag
  }
}

/** What a display writes to: `process.stdout`. */
export interface Output {
  readonly isTTY: boolean
  readonly columns: number
  readonly write: (text: string) => unknown
}

/** A phase has one line on a terminal. */
const phaseOf = (status: Erasure.Status): string =>
  status._tag === "Sweeping" ? `${status._tag} ${status.sweep}` : status._tag

export const make = ({ columns, isTTY, write }: Output) => {
  let latest: Erasure.Status | undefined
  let pace: Pace | undefined
  let written = ""

  const draw = (now: number): void => {
    if (latest === undefined) return
    const line = text(latest, {
      bar: latest._tag === "Sweeping" ? `${bar(latest.rooms, latest.total.rooms)}  ` : "",
      rate: latest._tag === "Sweeping" && pace !== undefined ? rate(pace, latest.total.rooms, now) : "",
      left: latest._tag === "Settling" ? `; ${time(DateTime.toEpochMillis(latest.until) - now)} left` : ""
    })
    // A line that wraps couldn't be overwritten.
    write(`\r  ${line.slice(0, columns - 3)}\u001B[K`)
  }

  /** Ends the line of a phase. What follows a sweep says that all its rooms were searched. */
  const leave = (before: Erasure.Status, after: Erasure.Status): void => {
    const isSearched = before._tag === "Sweeping" && after._tag !== "Stalled" && after._tag !== "Canceled"
    const line = isSearched ? `  Sweep ${before.sweep}  ${before.total.rooms} rooms searched` : ""
    if (isTTY) write(isSearched ? `\r${line}\u001B[K\n` : "\n")
    else if (isSearched) write(`${line}\n`)
  }

  const update = (status: Erasure.Status, now: number): void => {
    if (status._tag === "Sweeping") {
      const look = { at: now, rooms: status.rooms }
      pace = pace?.sweep === status.sweep ? { ...pace, last: look } : { sweep: status.sweep, from: look, last: look }
    }
    if (latest !== undefined && phaseOf(latest) !== phaseOf(status)) leave(latest, status)
    latest = status
    if (isTTY) return draw(now)
    const line = text(status, { bar: "", rate: "", left: "" })
    if (line !== written) write(`  ${line}\n`)
    written = line
  }

  return {
    update,
    /** Moves the time that's left. Call it a few times per second. */
    tick: (now: number): void => {
      if (isTTY) draw(now)
    },
    /** Goes to the next line. */
    end: (): void => {
      if (isTTY && latest !== undefined) write("\n")
      latest = undefined
    }
  }
}
