/**
 * What a job's database contains, read from a copy so that its files stay as a killed process left them.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

/** How far a request is, and its sealed identities. */
export interface Contents {
  /** Before the request is stored: `Absent`. While its job runs, the job's phase. */
  readonly phase: string
  readonly sealed: string | undefined
}

export const databaseName = "erasures.db"

const isTable = "SELECT 1 FROM sqlite_master WHERE name = 'erasure_documents'"

const contentsOf = (database: DatabaseSync): Contents => {
  if (database.prepare(isTable).get() === undefined) return { phase: "Absent", sealed: undefined }
  const select = database.prepare("SELECT text FROM erasure_documents WHERE owner = '' AND collection = ?")
  const read = (collection: string) => {
    const text = select.get(collection)?.text
    return typeof text === "string" ? JSON.parse(text) : undefined
  }
  const phase: string = read("job")?.phase ?? read("request")?.state._tag ?? "Absent"
  return { phase, sealed: read("sealed") }
}

export const read = (folder: string): Contents => {
  const copy = mkdtempSync(join(tmpdir(), "effect-twilio-video-copy-"))
  try {
    cpSync(folder, copy, { recursive: true })
    const database = new DatabaseSync(join(copy, databaseName))
    try {
      return contentsOf(database)
    } finally {
      database.close()
    }
  } finally {
    rmSync(copy, { recursive: true })
  }
}
