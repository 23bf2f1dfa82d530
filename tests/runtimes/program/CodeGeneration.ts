/**
 * Tries to create code from a string, to show that the runtime forbids it. It uses a prototype, not one of the names that
 * the bundles are searched for.
 */

/** The value of the code, or the name of the error. */
export const attempt = (): unknown => {
  try {
    const constructor: unknown = Object.getPrototypeOf(attempt).constructor
    return (Reflect.construct(constructor as typeof Object, ["return 'allowed'"]) as unknown as () => unknown)()
  } catch (error) {
    return error instanceof Error ? error.name : "refused"
  }
}
