/**
 * The deliveries of status callbacks, and one of them in detail.
 */
export const Callbacks = ({ id }: { readonly id: string | undefined }) => <h1>Callbacks {id}</h1>
