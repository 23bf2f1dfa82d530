/**
 * Who receives whom in a room, as a matrix.
 */
export const Receivers = ({ room }: { readonly room: string }) => <h1>Receivers {room}</h1>
