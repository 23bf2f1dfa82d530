/**
 * Counts what an event changes in a page: elements and texts that are added or removed, and those that are changed.
 */
import type { Page } from "playwright-core"

declare global {
  interface Window {
    counted?: { readonly observer: MutationObserver; count: number; readonly rows: ReadonlyArray<Element> }
  }
}

const start = (): void => {
  const sizeOf = (node: Node): number => 1 + Array.from(node.childNodes, sizeOf).reduce((sum, size) => sum + size, 0)
  const changed = new Set<Node>()
  const observer = new MutationObserver((records) => {
    for (const { addedNodes, removedNodes, target, type } of records) {
      if (type === "childList") for (const node of [...addedNodes, ...removedNodes]) state.count += sizeOf(node)
      else if (!changed.has(target)) {
        changed.add(target)
        state.count++
      }
    }
  })
  const state = { observer, count: 0, rows: Array.from(document.querySelectorAll(".list .row")) }
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  window.counted = state
}

// Two frames later, everything that the event caused is rendered.
const stop = async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
  const { count = 0, observer, rows = [] } = window.counted ?? {}
  observer?.disconnect()
  return { nodes: count, rows: rows.length, kept: rows.filter((row) => row.isConnected).length }
}

export interface Changes {
  /** How many nodes were added, removed or changed. */
  readonly nodes: number
  /** How many rows of lists were on the page before, and how many of these still are. */
  readonly rows: number
  readonly kept: number
}

/** Counts what changes until `action` has been shown, the page's clock included. */
export const count = async (page: Page, action: () => Promise<unknown>): Promise<Changes> => {
  await page.evaluate(start)
  await action()
  return page.evaluate(stop)
}
