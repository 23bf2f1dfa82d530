/**
 * The request log: filters, and one request in detail.
 */
export const Journal = ({ id }: { readonly id: string | undefined }) => <h1>Journal {id}</h1>
