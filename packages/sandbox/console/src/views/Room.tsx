/**
 * A room's timeline, and the actions on the room and its participants.
 */
export const Room = ({ room }: { readonly room: string }) => <h1>{room}</h1>
