/**
 * Times and durations as text. Times are in UTC, as in Twilio's records.
 */

/** A time such as `09:41:07.250`. */
export const time = (millis: number): string => new Date(millis).toISOString().slice(11, 23)

/** A date and time such as `2026-03-01 09:41:07`. */
export const dateTime = (millis: number): string => new Date(millis).toISOString().slice(0, 19).replace("T", " ")

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000]
] as const

/** A duration in its two largest units, such as `1 h 5 min`, or `250 ms`. */
export const duration = (millis: number): string => {
  const first = units.findIndex(([, size]) => millis >= size)
  if (first === -1) return `${Math.round(millis)} ms`
  let rest = millis
  const parts = units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? "" : `${count} ${unit}`
  })
  return parts.filter((part) => part !== "").join(" ")
}
