/**
 * The clock, faults, options, and the state as a whole.
 */
export const Tools = () => <h1>Tools</h1>
