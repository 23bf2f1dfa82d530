/**
 * Fetches a participant with bare fetch, without retries, checks or types: the minimum that any client costs.
 */
export const call = async (baseUrl: string, accountSid: string, authToken: string): Promise<string> => {
  const response = await fetch(`${baseUrl}/v1/Rooms/DailyStandup/Participants/Alice`, {
    headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const participant = (await response.json()) as { readonly identity: string } // What the server sends.
  return participant.identity
}
