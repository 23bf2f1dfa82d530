/**
 * Calls of a roster's Durable Objects: requests with a JSON array of arguments, and the result as JSON.
 */

/** The parts of a `DurableObjectNamespace` that a roster uses. */
export interface Namespace {
  idFromName(name: string): Id
  get(id: Id): Stub
}

export interface Id {
  toString(): string
}

export interface Stub {
  fetch(
    url: string,
    init: { readonly method: string; readonly body: string }
  ): Promise<{ readonly ok: boolean; text(): Promise<string> }>
}

/** The functions that an object offers. */
export type Operations<A> = { readonly [Name in keyof A]: (...args: ReadonlyArray<never>) => unknown }

/** Calls an operation of an object. */
export type Call<A extends Operations<A>> = <Name extends keyof A & string>(
  operation: Name,
  ...args: Parameters<A[Name]>
) => Promise<Awaited<ReturnType<A[Name]>>>

/** An object of a namespace, and which of its operations are meant. */
export interface Target {
  readonly namespace: Namespace
  readonly role: "room" | "directory"
  readonly name: string
}

/** The runtime retries calls that haven't reached the object. These retries are for objects that restart meanwhile. */
const attempts = 3

const isOverloaded = (error: Error): boolean => "overloaded" in error && error.overloaded === true

const mayRetry = (error: unknown): boolean =>
  error instanceof Error && "retryable" in error && error.retryable === true && !isOverloaded(error)

const send = async ({ name, namespace, role }: Target, operation: string, body: string): Promise<unknown> => {
  for (let attempt = 1; ; attempt++) {
    try {
      // A new stub: one that failed goes on failing.
      const response = await namespace.get(namespace.idFromName(name)).fetch(`https://roster/${role}/${operation}`, {
        method: "POST",
        body
      })
      if (!response.ok) throw new Error("The object doesn't know this operation.")
      const answer: { readonly result?: unknown } = JSON.parse(await response.text())
      return answer.result
    } catch (error) {
      if (attempt === attempts || !mayRetry(error)) throw error
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 100 * 4 ** (attempt - 1))
      })
    }
  }
}

/** Every operation may run twice. */
export const to =
  <A extends Operations<A>>(target: Target): Call<A> =>
  (operation, ...args) =>
    // The object's operations have the same types.
    send(target, operation, JSON.stringify(args)) as Promise<Awaited<ReturnType<A[typeof operation]>>>

/** Answers a call. */
export const answer = async <A extends Operations<A>>(
  roles: Readonly<Record<string, A>>,
  request: Request
): Promise<Response> => {
  const [, role = "", operation = ""] = new URL(request.url).pathname.split("/")
  const operations = Object.hasOwn(roles, role) ? roles[role] : undefined
  if (operations === undefined || !Object.hasOwn(operations, operation)) return new Response(null, { status: 404 })
  const args: ReadonlyArray<never> = await request.json()
  return Response.json({ result: await operations[operation as keyof A](...args) })
}
