/**
 * The storage of a Durable Object with SQLite.
 */

export type Value = string | number | null

/** The parts of `DurableObjectStorage` that a roster uses. */
export interface Storage {
  readonly sql: {
    exec(query: string, ...bindings: Array<Value>): { toArray(): Array<Record<string, unknown>> }
  }
  transactionSync<A>(closure: () => A): A
  setAlarm(time: number): Promise<void>
  deleteAlarm(): Promise<void>
  deleteAll(): Promise<void>
}

/** Runs a query. The rows have the type that its columns have. */
export const all = <Row>(storage: Storage, query: string, ...bindings: Array<Value>): ReadonlyArray<Row> =>
  storage.sql.exec(query, ...bindings).toArray() as ReadonlyArray<Row>
