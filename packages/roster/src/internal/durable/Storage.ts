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
export type Query = <Row>(text: string, bindings?: ReadonlyArray<Value>) => ReadonlyArray<Row>

export const querying =
  ({ sql }: Storage): Query =>
  <Row>(text: string, bindings: ReadonlyArray<Value> = []) =>
    sql.exec(text, ...bindings).toArray() as ReadonlyArray<unknown> as ReadonlyArray<Row>
